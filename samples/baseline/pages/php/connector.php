<?php
// connector of the file dialog in the editor (images of articles). Paths travel as base64url, with the volume in front.
require '../../inc/boot.php';
$me = Session::editor() ?: exit(json_encode(array('error' => 'errAccess')));

define('ROOT', realpath(SITE_DIR . '/images/articles'));

function decode_target($hash)
{
    if (strncmp($hash, 'v1_', 3) !== 0) return ROOT;
    $path = base64_decode(strtr(substr($hash, 3), '-_.', '+/='));
    $full = realpath(ROOT . '/' . $path);
    return $full && strpos($full . '/', ROOT . '/') === 0 ? $full : ROOT;
}

function encode_target($path)
{
    return 'v1_' . rtrim(strtr(base64_encode(substr($path, strlen(ROOT))), '+/=', '-_.'), '.');
}

$cmd = isset($_REQUEST['cmd']) ? $_REQUEST['cmd'] : 'open';
$target = decode_target(isset($_REQUEST['target']) ? $_REQUEST['target'] : '');
$answer = array();

if ($cmd == 'open') {
    foreach (scandir($target) as $n) {
        if ($n[0] == '.') continue;
        $f = "$target/$n";
        $answer['files'][] = array('name' => $n, 'hash' => encode_target($f), 'size' => filesize($f), 'ts' => filemtime($f), 'mime' => is_dir($f) ? 'directory' : mime_content_type($f));
    }
} elseif ($cmd == 'upload' && Session::token($_POST['token'])) {
    foreach ($_FILES['upload']['tmp_name'] as $i => $tmp) {
        $image = @imagecreatefromstring(file_get_contents($tmp));
        if (!$image) { $answer['warning'][] = $_FILES['upload']['name'][$i]; continue; }
        // drawn anew: whatever else was in the file is gone
        $name = preg_replace('/[^a-z0-9_-]+/', '-', strtolower(pathinfo($_FILES['upload']['name'][$i], PATHINFO_FILENAME))) . '.jpg';
        imagejpeg($image, "$target/$name", 88);
        $answer['added'][] = encode_target("$target/$name");
    }
} elseif ($cmd == 'paste' && Session::token($_POST['token']) && preg_match('#^data:image/png;base64,([A-Za-z0-9+/=]+)$#', $_POST['data'], $m)) {
    $png = imagecreatefromstring(base64_decode($m[1]));
    if ($png) imagepng($png, $target . '/paste-' . date('YmdHis') . '.png');
} elseif ($cmd == 'rm' && Session::token($_POST['token']) && is_file($target)) {
    unlink($target);
} else {
    $answer['error'] = 'errUnknownCmd';
}
header('Content-Type: application/json');
echo json_encode($answer);
