<?php
/**
 * Media library: browse, rename, move, delete, upload, edit captions.
 * Works below $base only; every path is resolved before it is used.
 */
require_once '../includes/admin.php';
if (!$auth->can('media')) { $auth->deny(); }

$base = realpath(SITE_ROOT . '/media');
$dir  = resolve($base, isset($_GET['dir']) ? $_GET['dir'] : '');
$op   = isset($_POST['op']) ? $_POST['op'] : 'list';

function resolve($base, $path)
{
    $full = realpath($base . '/' . $path);
    if ($full === false || ($full !== $base && strpos($full, $base . DIRECTORY_SEPARATOR) !== 0)) {
        throw new OutOfBoundsException('outside of the media folder');
    }
    return $full;
}

function perms($file)
{
    $p = fileperms($file);
    $s = is_dir($file) ? 'd' : '-';
    foreach (array(0x100, 0x80, 0x40, 0x20, 0x10, 0x8, 0x4, 0x2, 0x1) as $i => $bit) {
        $s .= ($p & $bit) ? substr('rwx', $i % 3, 1) : '-';
    }
    return $s;
}

function clean_name($name)
{
    $name = preg_replace('/[^\w.\- ]+/u', '_', basename($name));
    if (preg_match('/\.(php\d?|phtml|phar|cgi|pl|py|asp|aspx|jsp|htaccess)(\.|$)/i', $name) || $name[0] === '.') {
        throw new DomainException('This kind of file is not kept here.');
    }
    return $name;
}

if ($op !== 'list') {
    $auth->checkToken($_POST['token']);
    switch ($op) {
        case 'mkdir':
            mkdir($dir . '/' . clean_name($_POST['name']), 0755);
            break;
        case 'rename':
            rename(resolve($base, $_POST['file']), $dir . '/' . clean_name($_POST['name']));
            break;
        case 'delete':
            $victim = resolve($base, $_POST['file']);
            is_dir($victim) ? rmdir($victim) : unlink($victim);
            break;
        case 'chmod':
            chmod(resolve($base, $_POST['file']), $_POST['mode'] === 'private' ? 0600 : 0644);
            break;
        case 'upload':
            foreach ($_FILES['files']['tmp_name'] as $i => $tmp) {
                if ($_FILES['files']['error'][$i] === UPLOAD_ERR_OK && @getimagesize($tmp)) {
                    move_uploaded_file($tmp, $dir . '/' . clean_name($_FILES['files']['name'][$i]));
                }
            }
            break;
        case 'caption':
            file_put_contents(resolve($base, $_POST['file']) . '.txt', strip_tags($_POST['caption']));
            break;
    }
    header('Location: medialib.php?dir=' . rawurlencode(substr($dir, strlen($base) + 1)));
    exit;
}

page_top('Media');
echo '<table class="files"><tr><th>Name</th><th>Size</th><th>Permissions</th><th>Modified</th></tr>';
foreach (scandir($dir) as $entry) {
    if ($entry === '.') continue;
    $f = $dir . '/' . $entry;
    $link = rawurlencode(ltrim(substr($f, strlen($base)), '/'));
    echo '<tr><td>', is_dir($f) ? "<a href=\"?dir=$link\">" : '', htmlspecialchars($entry), is_dir($f) ? '</a>' : '', '</td>',
         '<td>', is_file($f) ? number_format(filesize($f) / 1024, 1) . ' kB' : '', '</td>',
         '<td><tt>', perms($f), '</tt></td>', '<td>', date('Y-m-d H:i', filemtime($f)), '</td></tr>', "\n";
}
echo '</table>';
include 'tpl/media_upload.inc.php';
page_end();
