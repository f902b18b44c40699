<?php
/**
 * Editor of the current theme: style sheets and text templates, never PHP.
 */
require_once __DIR__ . '/admin-header.php';

if (!current_user_can('edit_themes')) {
    site_die(__('Sorry, you are not allowed to edit templates.'));
}

$theme = get_theme_root() . '/' . get_option('theme');
$editable = array();
foreach (new RecursiveIteratorIterator(new RecursiveDirectoryIterator($theme, FilesystemIterator::SKIP_DOTS)) as $f) {
    if (in_array($f->getExtension(), array('css', 'mustache', 'txt', 'svg'), true)) {
        $editable[substr($f->getPathname(), strlen($theme) + 1)] = $f->getPathname();
    }
}
ksort($editable);

$file = isset($_REQUEST['file']) ? stripslashes($_REQUEST['file']) : 'style.css';
if (!isset($editable[$file])) {
    site_die(__('That file cannot be edited.'));
}

if (isset($_POST['newcontent'])) {
    check_admin_referer('edit-theme_' . $file);
    $content = str_replace("\r\n", "\n", stripslashes($_POST['newcontent']));
    if (preg_match('/<\?|<%|<script/i', $content)) {
        $error = __('Scripts are not allowed in templates.');
    } elseif (!is_writable($editable[$file])) {
        $error = __('The file is not writable.');
    } else {
        copy($editable[$file], $editable[$file] . '.bak');
        $fp = fopen($editable[$file], 'w');
        fwrite($fp, $content);
        fclose($fp);
        redirect("theme_editor.php?file=" . urlencode($file) . '&updated=1');
        exit;
    }
}
$text = file_get_contents($editable[$file]);
?>
<div class="wrap">
<h1><?php _e('Edit Theme'); ?></h1>
<?php if (!empty($error)) echo '<div class="error">' . esc_html($error) . '</div>'; ?>
<ul><?php foreach ($editable as $name => $path) printf('<li><a href="?file=%s">%s</a></li>', urlencode($name), esc_html($name)); ?></ul>
<form method="post">
<?php nonce_field('edit-theme_' . $file); ?>
<input type="hidden" name="file" value="<?php echo esc_attr($file); ?>">
<textarea name="newcontent" cols="90" rows="30"><?php echo esc_textarea($text); ?></textarea>
<?php submit_button(__('Update File')); ?>
</form></div>
