<?php
@session_start();
@set_magic_quotes_runtime(0);
if (file_exists('./config.php') && filesize('./config.php') > 10) {
    die('Already installed. Remove the folder "install" from your server.');
}
$step = isset($_REQUEST['step']) ? (int)$_REQUEST['step'] : 1;
$errors = array();

function row($label, $ok, $hint = '')
{
    echo '<tr><td>' . $label . '</td><td class="' . ($ok ? 'ok' : 'bad') . '">' . ($ok ? 'OK' : 'missing') . '</td><td>' . $hint . "</td></tr>\n";
    return $ok;
}

function split_sql($text)
{
    $text = preg_replace('/^--.*$/m', '', $text);
    return array_filter(array_map('trim', explode(";\n", $text)));
}
?>
<html><head><title>Setup - step <?php echo $step; ?> of 3</title>
<style>td.ok{color:green}td.bad{color:red}</style></head><body>
<?php
switch ($step) {
case 1:
    echo '<h2>1. Requirements</h2><table>';
    $fine = row('PHP 5.3 or later', version_compare(PHP_VERSION, '5.3.0') >= 0, PHP_VERSION);
    $fine = row('mysqli', extension_loaded('mysqli')) && $fine;
    $fine = row('GD', function_exists('imagecreatetruecolor'), 'needed for thumbnails') && $fine;
    $fine = row('config.php writable', is_writable('.'), 'chmod 777 . during the installation') && $fine;
    row('safe_mode off', !ini_get('safe_mode'), 'optional');
    row('exec() allowed', !in_array('exec', array_map('trim', explode(',', ini_get('disable_functions')))), 'optional: ImageMagick');
    echo '</table>';
    if ($fine) echo '<a href="?step=2">continue</a>';
    break;

case 2:
    ?>
    <h2>2. Database</h2>
    <form method="post" action="?step=3">
    Host <input name="host" value="localhost"><br>
    User <input name="user"><br>
    Password <input name="pass" type="password"><br>
    Database <input name="name"><br>
    Administrator <input name="admin" value="admin"> Password <input type="password" name="adminpass"><br>
    <input type="submit" value="Install">
    </form>
    <?php
    break;

case 3:
    $link = @mysqli_connect($_POST['host'], $_POST['user'], $_POST['pass'], $_POST['name']);
    if (!$link) {
        $errors[] = mysqli_connect_error();
        break;
    }
    foreach (split_sql(file_get_contents('./install/schema.sql')) as $statement) {
        if (!mysqli_query($link, $statement)) $errors[] = mysqli_error($link);
    }
    $hash = password_hash($_POST['adminpass'], PASSWORD_DEFAULT);
    $stmt = mysqli_prepare($link, 'INSERT INTO users (login, hash, level) VALUES (?, ?, 9)');
    mysqli_stmt_bind_param($stmt, 'ss', $_POST['admin'], $hash);
    mysqli_stmt_execute($stmt);

    // var_export quotes whatever was typed, so nothing of it becomes code
    $conf = "<?php\n// written by the installer, " . date('r') . "\nreturn " . var_export(array(
        'host' => (string)$_POST['host'],
        'user' => (string)$_POST['user'],
        'pass' => (string)$_POST['pass'],
        'name' => (string)$_POST['name'],
        'salt' => md5(uniqid(mt_rand(), true)),
    ), true) . ";\n";
    $fp = fopen('./config.php', 'w');
    if (!$fp || !fwrite($fp, $conf)) {
        $errors[] = 'config.php could not be written. Save this text as config.php yourself:<pre>' . htmlspecialchars($conf) . '</pre>';
    } else {
        fclose($fp);
        @chmod('./config.php', 0644);
    }
    if (!$errors) echo '<h2>3. Done</h2><p>Remove the folder <b>install</b> and <a href="admin/">log in</a>.</p>';
    break;
}
foreach ($errors as $e) echo '<p class="bad">' . $e . '</p>';
?>
</body></html>
