<?php
/*
 * Vorlagen: {$variable}, {if ...}{else}{/if}, {loop $items as $item}{/loop}, {include "header"}
 *
 * A template is compiled to PHP once and kept in cache/. Where cache/ cannot be written
 * (some cheap hosting) the compiled text is evaluated directly.
 */
class Template
{
  var $dir;
  var $cache;
  var $vars = array();
  var $debug = false;

  function __construct($dir, $cache)
  {
    $this->dir = rtrim($dir, '/');
    $this->cache = rtrim($cache, '/');
  }

  function assign($name, $value = null)
  {
    if (is_array($name)) {
      $this->vars = array_merge($this->vars, $name);
    } else {
      $this->vars[$name] = $value;
    }
  }

  function display($name)
  {
    if (!preg_match('/^[a-z0-9_]+$/', $name)) {
      trigger_error("Bad template name", E_USER_ERROR);
    }
    $source = $this->dir . '/' . $name . '.tpl';
    $target = $this->cache . '/' . $name . '.' . md5($source) . '.php';

    if (is_writable($this->cache)) {
      if (!file_exists($target) || filemtime($target) < filemtime($source)) {
        file_put_contents($target, $this->compile(file_get_contents($source)));
      }
      $this->run_file($target);
      return;
    }
    $this->run_text($this->compile(file_get_contents($source)));
  }

  function run_file($__file)
  {
    extract($this->vars, EXTR_SKIP);
    include $__file;
  }

  function run_text($__code)
  {
    extract($this->vars, EXTR_SKIP);
    eval('?>' . $__code . '<?php ');
  }

  function compile($text)
  {
    // no PHP of the author's own
    $text = preg_replace('/<\?(php|=)?/i', '&lt;?', $text);
    $text = preg_replace('/\{\*.*?\*\}/s', '', $text);
    $text = preg_replace_callback('/\{include "([a-z0-9_]+)"\}/', array($this, '_include'), $text);
    $text = preg_replace('/\{if\s+\$([a-z_]+)\}/', '<?php if (!empty($\\1)) { ?>', $text);
    $text = str_replace('{else}', '<?php } else { ?>', $text);
    $text = str_replace(array('{/if}', '{/loop}'), '<?php } ?>', $text);
    $text = preg_replace('/\{loop\s+\$([a-z_]+)\s+as\s+\$([a-z_]+)\}/', '<?php foreach ($\\1 as $\\2) { ?>', $text);
    $text = preg_replace('/\{\$([a-z_]+)\.([a-z_]+)\}/', '<?php echo htmlspecialchars($\\1[\'\\2\']); ?>', $text);
    $text = preg_replace('/\{\$([a-z_]+)\}/', '<?php echo htmlspecialchars($\\1); ?>', $text);
    return $text;
  }

  function _include($m)
  {
    return $this->compile(file_get_contents($this->dir . '/' . $m[1] . '.tpl'));
  }
}
