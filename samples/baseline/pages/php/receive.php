<?php
/**
 * Receives the measurements of the weather stations: POST receive.php?station=17, base64 of a gzip file.
 * The station's key decides whether the body is kept; the name of the file is the station and the time.
 */
$stations = json_decode(file_get_contents('/etc/weather/stations.json'), true);
$station = isset($_GET['station']) ? (int) $_GET['station'] : 0;

if (!isset($stations[$station])) {
    header('HTTP/1.1 404 Not Found');
    exit;
}
$body = fopen('php://input', 'rb');
$temp = tmpfile();
$filter = stream_filter_append($temp, 'convert.base64-decode', STREAM_FILTER_WRITE);
$size = stream_copy_to_stream($body, $temp, 1048577);
stream_filter_remove($filter);
if ($size > 1048576) {
    header('HTTP/1.1 413 Payload Too Large');
    exit;
}
rewind($temp);
$packed = stream_get_contents($temp);
if (!hash_equals(hash_hmac('sha1', $packed, $stations[$station]['key']), strtolower($_SERVER['HTTP_X_HMAC'] ?? ''))) {
    header('HTTP/1.1 403 Forbidden');
    exit;
}
$csv = @gzdecode($packed, 16 << 20);
$rows = array_map('str_getcsv', array_filter(explode("\n", (string) $csv)));
foreach ($rows as $row) {
    if (count($row) !== 6 || count(array_filter($row, 'is_numeric')) !== 6) {
        header('HTTP/1.1 422 Unprocessable Entity');
        exit;
    }
}
file_put_contents(sprintf('/srv/weather/%03d/%s.csv', $station, gmdate('Ymd\THis')), $csv);
echo base64_encode(pack('N', count($rows)));
