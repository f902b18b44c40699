<?php
//////////////////////////////////////////////////////////////
// Turnover by month and branch, as a page or as CSV
//////////////////////////////////////////////////////////////
require("../lib/db.php");
require("../lib/session.php");
Session::need("reports");

$year = (isset($_GET["year"]) && ctype_digit($_GET["year"])) ? (int)$_GET["year"] : (int)date("Y");
$cols = array("branch" => "b.name", "month" => "MONTH(i.issued)", "rep" => "i.sales_rep");
$by   = array_key_exists(@$_GET["by"], $cols) ? $_GET["by"] : "branch";

$sql = "SELECT {$cols[$by]} AS k, COUNT(*) AS n, SUM(i.net) AS net, SUM(i.gross) AS gross
        FROM invoice i JOIN branch b ON b.id = i.branch_id
        WHERE YEAR(i.issued) = ? AND i.cancelled = 0
        GROUP BY {$cols[$by]} WITH ROLLUP";
$rows = DB::rows($sql, array($year));

if (isset($_GET["csv"])) {
	header("Content-Type: text/csv; charset=windows-1252");
	header("Content-Disposition: attachment; filename=\"turnover_{$year}_{$by}.csv\"");
	$out = fopen("php://output", "w");
	fputcsv($out, array($by, "invoices", "net", "gross"), ";");
	foreach ($rows as $r) {
		$line = array($r["k"] === null ? "total" : $r["k"], $r["n"], number_format($r["net"], 2, ",", ""), number_format($r["gross"], 2, ",", ""));
		// a leading = + - @ would be a formula in the spreadsheet
		foreach ($line as &$cell) {
			if (is_string($cell) && preg_match("/^[=+@-]/", $cell) && !is_numeric(str_replace(",", ".", $cell))) {
				$cell = "'" . $cell;
			}
		}
		unset($cell);
		fputcsv($out, $line, ";");
	}
	fclose($out);
	exit;
}
?>
<h1>Turnover <?=$year?></h1>
<p>
<?php foreach ($cols as $name => $x) { ?>
	<a href="?year=<?=$year?>&amp;by=<?=$name?>"><?=$name == $by ? "<b>$name</b>" : $name?></a>
<?php } ?>
	| <a href="?year=<?=$year?>&amp;by=<?=$by?>&amp;csv=1">CSV</a>
</p>
<table>
<?php foreach ($rows as $i => $r): ?>
	<tr class="<?=$i % 2 ? "odd" : "even"?>">
		<td><?=htmlspecialchars($r["k"] === null ? "total" : $r["k"])?></td>
		<td align="right"><?=$r["n"]?></td>
		<td align="right"><?=number_format($r["gross"], 2)?></td>
	</tr>
<?php endforeach; ?>
</table>
