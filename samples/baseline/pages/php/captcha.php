<?php
/* Little captcha without fonts: digits drawn from a table of seven segments. */
session_name('SID'); session_start();

$code = '';
for ($i = 0; $i < 5; $i++) $code .= chr(ord('0') + mt_rand(0, 9));
$_SESSION['captcha'] = sha1($code . session_id());

$w = 130; $h = 44;
$im = imagecreatetruecolor($w, $h);
$bg = imagecolorallocate($im, 0xf4, 0xf4, 0xee);
imagefilledrectangle($im, 0, 0, $w, $h, $bg);

for ($i = 0; $i < 260; $i++)
    imagesetpixel($im, mt_rand(0, $w), mt_rand(0, $h), imagecolorallocate($im, mt_rand(120, 220), mt_rand(120, 220), mt_rand(120, 220)));

/* which of the segments a..g are lit, bit by bit */
$seg = array("\x3f", "\x06", "\x5b", "\x4f", "\x66", "\x6d", "\x7d", "\x07", "\x7f", "\x6f");
$xy  = array(array(0,0,1,0), array(1,0,1,1), array(1,1,1,2), array(0,2,1,2), array(0,1,0,2), array(0,0,0,1), array(0,1,1,1));

foreach (str_split($code) as $n => $digit) {
    $bits = ord($seg[(int)$digit]);
    $x0 = 10 + 24 * $n + mt_rand(-2, 2);
    $y0 = 6 + mt_rand(-2, 4);
    $ink = imagecolorallocate($im, mt_rand(0, 90), mt_rand(0, 90), mt_rand(0, 120));
    foreach ($xy as $b => $s) {
        if ($bits & (1 << $b)) {
            imagesetthickness($im, mt_rand(2, 3));
            imageline($im, $x0 + 13 * $s[0] + mt_rand(-1, 1), $y0 + 14 * $s[1], $x0 + 13 * $s[2], $y0 + 14 * $s[3] + mt_rand(-1, 1), $ink);
        }
    }
}
header('Content-Type: image/png');
header('Pragma: no-cache');
imagepng($im);
imagedestroy($im);
