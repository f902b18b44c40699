<?php
/* Datenquelle fuer das Tabellen-Widget: Seite, Sortierung, Formatierung. */
namespace Shop;

require '../../inc/start.php';

$FORMATS = ['upper' => 'mb_strtoupper', 'lower' => 'mb_strtolower', 'title' => 'ucwords', 'none' => 'strval'];
$ORDER   = ['name', 'price', 'stock', 'changed'];

$format = $FORMATS[$_GET['format'] ?? 'none'] ?? 'strval';
$column = in_array($_GET['sort'] ?? '', $ORDER, true) ? $_GET['sort'] : 'name';
$desc   = ($_GET['dir'] ?? '') === 'desc';
$page   = max(1, (int) ($_GET['page'] ?? 1));

$rows = Product::search((string) ($_REQUEST['q'] ?? ''), $_COOKIE['currency'] ?? 'EUR');

usort($rows, function (array $a, array $b) use ($column, $desc) {
    return ($desc ? -1 : 1) * (is_numeric($a[$column]) ? $a[$column] <=> $b[$column] : strcoll($a[$column], $b[$column]));
});

$shown = array_slice($rows, 50 * ($page - 1), 50);
foreach ($shown as &$row) {
    $row['name'] = $format($row['name']);
    $row['tags'] = array_map('trim', explode(',', $row['tags']));
    $row['tags'] = array_filter($row['tags'], 'strlen');
    array_walk($row['prices'], function (&$p, $k, $rate) { $p = round($p * $rate, 2); }, Rates::get($_COOKIE['currency'] ?? 'EUR'));
}
unset($row);

$callback = $_GET['callback'] ?? '';
if ($callback !== '' && !preg_match('/^[a-zA-Z_$][\w$.]{0,40}$/', $callback)) {
    http_response_code(400);
    exit;
}
$json = json_encode(['total' => count($rows), 'page' => $page, 'rows' => array_values($shown)], JSON_HEX_TAG | JSON_HEX_AMP);
header('Content-Type: ' . ($callback === '' ? 'application/json' : 'application/javascript'));
header('X-Content-Type-Options: nosniff');
echo $callback === '' ? $json : "/**/$callback($json);";
