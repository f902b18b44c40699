<?php
// phpboard - functions_bbcode.php
// The /e modifier is long gone from PHP; this file still runs on the 5.2 of the old server.

if ( !defined('IN_BOARD') )
{
	die('Hacking attempt');
}

$bbcode_uid = substr(md5(mt_rand()), 0, 8);

function bbencode($text, $uid)
{
	global $board_config;

	$patterns = array();
	$replacements = array();

	$patterns[] = '#\[b\](.*?)\[/b\]#si';
	$replacements[] = '<b>\\1</b>';
	$patterns[] = '#\[color=(\#[0-9a-f]{6}|[a-z]+)\](.*?)\[/color\]#si';
	$replacements[] = '<span style="color: \\1">\\2</span>';
	$patterns[] = '#\[quote="?([^"\]]{1,40})"?\]#si';
	$replacements[] = '<table class="quote"><tr><td>\\1:</td></tr><tr><td>';
	$patterns[] = '#\[/quote\]#si';
	$replacements[] = '</td></tr></table>';
	$patterns[] = '#\[url\](https?://[\w.\-/?=&;%+~]+)\[/url\]#si';
	$replacements[] = '<a href="\\1" rel="nofollow">\\1</a>';

	$text = preg_replace($patterns, $replacements, $text);

	// sizes are numbers, so the replacement has nothing to quote
	$text = preg_replace('#\[size=(\d{1,2})\]#e', "'<span style=\"font-size: ' . min(24, max(7, \\1)) . 'px\">'", $text);
	$text = str_replace('[/size]', '</span>', $text);

	$text = preg_replace_callback('#\[code\](.*?)\[/code\]#si', 'bb_code_block', $text);
	return bb_smilies(wordwrap_html($text, 80));
}

function bb_code_block($m)
{
	static $n = 0;
	$code = str_replace(array('[', ']', ':'), array('&#91;', '&#93;', '&#58;'), $m[1]);
	// highlight_string wants an opening tag
	$html = highlight_string('<' . '?php ' . html_entity_decode($code) . ' ?' . '>', true);
	return '<div class="code" id="c' . (++$n) . '">' . preg_replace('/&lt;\?php&nbsp;|\?&gt;/', '', $html) . '</div>';
}

function bb_smilies($text)
{
	static $s = null;
	if ($s === null)
	{
		$s = array(':D' => 'biggrin', ':)' => 'smile', ':(' => 'sad', ':o' => 'eek', '8)' => 'cool', ':evil:' => 'evil', ':cmd:' => 'terminal');
	}
	foreach ($s as $code => $img)
	{
		$text = preg_replace('/(?<=^|\s)' . preg_quote($code, '/') . '(?=$|\s)/', "<img src=\"images/smiles/$img.gif\" alt=\"$img\" />", $text);
	}
	return $text;
}

function wordwrap_html($text, $n)
{
	return preg_replace('/([^\s<>&]{' . $n . '})(?=[^\s<>&])/u', '$1&#8203;', $text);
}
