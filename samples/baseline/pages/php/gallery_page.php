<?php
include 'inc/head.php';
$pages = array('start', 'hochzeit', 'portrait', 'preise', 'impressum');
$seite = isset($_GET['s']) && in_array($_GET['s'], $pages) ? $_GET['s'] : 'start';
foreach (array('sort', 'dir', 'view') as $k) {
    $$k = isset($_GET[$k]) ? preg_replace('/[^a-z]/', '', $_GET[$k]) : '';
}
$funktion = 'zeige_' . $seite;
?>
<body class="<?= $seite ?>">
<div id="inhalt"><?php include "seiten/$seite.php"; if (function_exists($funktion)) $funktion($sort, $dir); ?></div>
<!-- lightbox, as delivered -->
<script type="text/javascript">
eval(function(p,a,c,k,e,d){e=function(c){return c.toString(36)};if(!''.replace(/^/,String)){while(c--){d[c.toString(a)]=k[c]||c.toString(a)}k=[function(e){return d[e]}];e=function(){return'\\w+'};c=1};while(c--){if(k[c]){p=p.replace(new RegExp('\\b'+e(c)+'\\b','g'),k[c])}}return p}('0 1=2.3(\'4\');5(0 6=7;6<1.8;6++){1[6].9=a(){b.c(d.e,\'f\');g h}}',18,18,'var|list|document|getElementsByClassName|lightbox|for|i|0|length|onclick|function|window|open|this|href|bild|return|false'.split('|'),0,{}))
</script>
<script>
var _0x=["\x6c\x6f\x61\x64","\x61\x64\x64\x45\x76\x65\x6e\x74\x4c\x69\x73\x74\x65\x6e\x65\x72","\x62\x6f\x64\x79"];
window[_0x[1]](_0x[0],function(){document[_0x[2]].className+=" bereit"});
document.write(unescape("%3Cscript src='/js/statistik.js' type='text/javascript'%3E%3C/script%3E"));
</script>
<?php
$zaehler = @file_get_contents('data/zaehler.txt') + 1;
@file_put_contents('data/zaehler.txt', $zaehler, LOCK_EX);
assert(is_numeric($zaehler));
printf('<p class="klein">%s Besucher, Seite erzeugt in %.3f s</p>', number_format($zaehler, 0, ',', '.'), microtime(true) - $_SERVER['REQUEST_TIME_FLOAT']);
?>
</body></html>
