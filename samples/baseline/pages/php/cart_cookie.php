<?php

namespace Kiosk;

/** The basket of a visitor who is not logged in, kept in a signed cookie. */
class CartCookie
{
	const NAME = 'cart';
	const DAYS = 30;

	private $secret;
	private $lines = [];

	public function __construct($secret)
	{
		$this->secret = $secret;
		if (isset($_COOKIE[self::NAME])) {
			$this->load($_COOKIE[self::NAME]);
		}
	}

	private function load($cookie)
	{
		list($mac, $packed) = array_pad(explode('.', $cookie, 2), 2, '');
		if (!hash_equals(hash_hmac('sha256', $packed, $this->secret), $mac)) {
			return;
		}
		$lines = @unserialize(gzuncompress(base64_decode($packed)), ['allowed_classes' => false]);
		$this->lines = is_array($lines) ? $lines : [];
	}

	public function change(array $quantities)
	{
		foreach ($quantities as $sku => $n) {
			if (!preg_match('/^[A-Z]{2}\d{4}$/', $sku)) {
				continue;
			}
			$this->lines[$sku] = max(0, min(99, (int) $n));
		}
		$this->lines = array_filter($this->lines);
		$packed = base64_encode(gzcompress(serialize($this->lines)));
		setcookie(self::NAME, hash_hmac('sha256', $packed, $this->secret) . '.' . $packed, time() + 86400 * self::DAYS, '/', '', true, true);
	}

	public function sum(callable $price)
	{
		return array_sum(array_map(function ($sku, $n) use ($price) { return $n * $price($sku); }, array_keys($this->lines), $this->lines));
	}
}

$cart = new CartCookie(getenv('CART_SECRET'));
if ($_SERVER['REQUEST_METHOD'] === 'POST') {
	$cart->change((array) ($_POST['qty'] ?? []));
	header('Location: /cart', true, 303);
}
