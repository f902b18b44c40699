<?php

declare(strict_types=1);

/*
 * PUT /api_import.php?batch=2026-11-20  — 取引先から毎日届く在庫ファイル (JSON) を受け取る
 * 受信データは検証してから data/import に保存し、夜間バッチが読み込む。
 */

const LIMIT = 20_000_000;

function fail(int $status, string $why): never
{
    http_response_code($status);
    header('Content-Type: application/problem+json');
    echo json_encode(['title' => $why, 'status' => $status]);
    exit;
}

$method = $_SERVER['REQUEST_METHOD'];
if ($method !== 'PUT' && $method !== 'POST') {
    header('Allow: PUT, POST');
    fail(405, 'Method Not Allowed');
}

// 認証: HMAC 署名
$secret = getenv('IMPORT_SECRET') ?: fail(500, 'not configured');
$body = file_get_contents('php://input', false, null, 0, LIMIT + 1);
if (strlen($body) > LIMIT) {
    fail(413, 'Payload Too Large');
}
$mac = base64_encode(hash_hmac('sha256', $body, $secret, true));
if (!hash_equals($mac, $_SERVER['HTTP_X_SIGNATURE'] ?? '')) {
    fail(401, 'Bad signature');
}

$batch = $_GET['batch'] ?? '';
if (!preg_match('/\A\d{4}-\d{2}-\d{2}\z/', $batch)) {
    fail(400, 'batch must be a date');
}

try {
    $data = json_decode($body, true, 16, JSON_THROW_ON_ERROR);
} catch (JsonException $e) {
    fail(422, $e->getMessage());
}

foreach ($data['items'] ?? fail(422, 'items missing') as $i => $item) {
    if (!is_string($item['sku'] ?? null) || !is_int($item['qty'] ?? null)) {
        fail(422, "items[$i] is not {sku, qty}");
    }
}

$file = __DIR__ . "/../data/import/$batch.json";
if (is_file($file)) {
    fail(409, 'already delivered');
}
file_put_contents("$file.part", json_encode($data, JSON_UNESCAPED_UNICODE));
rename("$file.part", $file);
http_response_code(201);
