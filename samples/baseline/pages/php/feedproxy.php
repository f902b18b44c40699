<?php
// same-origin proxy for the widgets on the start page
$feeds = array(
  'weather' => 'https://weather.example.com/api/v1/now?station=1042',
  'news'    => 'https://www.example.com/blog/feed.xml',
  'traffic' => 'http://traffic.example.com/lines.json',
);

$which = isset($_GET['f']) ? $_GET['f'] : '';
if (!isset($feeds[$which])) {
  header('HTTP/1.0 404 Not Found');
  exit;
}

$cached = '/tmp/feed_' . $which;
if (!is_file($cached) || time() - filemtime($cached) > 600) {
  $ch = curl_init($feeds[$which]);
  curl_setopt_array($ch, array(
    CURLOPT_RETURNTRANSFER => true,
    CURLOPT_CONNECTTIMEOUT => 3,
    CURLOPT_TIMEOUT => 8,
    CURLOPT_FOLLOWLOCATION => false,
    CURLOPT_PROTOCOLS => CURLPROTO_HTTP | CURLPROTO_HTTPS,
    CURLOPT_HTTPHEADER => array('Accept: application/json, application/xml'),
    CURLOPT_USERAGENT => 'portal-widget/1.1 (+https://www.example.com/)',
  ));
  $body = curl_exec($ch);
  $info = curl_getinfo($ch);
  if ($body === false || $info['http_code'] != 200) {
    error_log("feedproxy $which: " . curl_error($ch) . ' ' . $info['http_code']);
    if (!is_file($cached)) {
      header('HTTP/1.0 502 Bad Gateway');
      exit;
    }
    touch($cached, time() - 540);     // try again in a minute
  } else {
    file_put_contents($cached, $body, LOCK_EX);
  }
  curl_close($ch);
}

header('Content-Type: ' . (substr($feeds[$which], -4) == '.xml' ? 'application/xml' : 'application/json'));
header('Expires: ' . gmdate('D, d M Y H:i:s', filemtime($cached) + 600) . ' GMT');
readfile($cached);
