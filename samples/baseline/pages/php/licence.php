<?php
/**
 * Licence check of the shop module.
 * The product table below is our own price list, packed because it is long; it holds data, not code.
 */
if (!defined('SHOP_ROOT')) { header('HTTP/1.0 403 Forbidden'); exit; }

class LicenceException extends Exception {}

class Licence
{
    protected $_data = null;
    protected $_key;

    protected static $_products = 'lY47CsMwEETvMrUC+eBGZ7ArlyGFkJawRGsFfYLB+O5ZV3YVSLMz8JjHLhhhF0xOCBajuBhh0ArlAnszkBRaJO13eJerMp4+iT3hsRoMh+1AgZvs40v3a21QavIvTZrfSdGm6w+63uUn7bZrd/5LpyWwXmmx8klh3j5evw==';

    public function __construct($file)
    {
        if (!is_readable($file)) {
            throw new LicenceException('licence.dat is missing');
        }
        $raw = preg_replace('/-----.*?-----|\s+/', '', file_get_contents($file));
        $bin = base64_decode($raw);
        $this->_key = substr($bin, 0, 20);
        $text = @gzuncompress(substr($bin, 20));
        if ($text === false || sha1($text . SHOP_SERIAL, true) !== $this->_key) {
            throw new LicenceException('licence.dat is damaged');
        }
        $this->_data = @unserialize($text, array('allowed_classes' => false));
    }

    public function product()
    {
        $table = json_decode(gzinflate(base64_decode(self::$_products)), true);
        return isset($table[$this->_data['edition']]) ? $table[$this->_data['edition']] : null;
    }

    public function allows($module)
    {
        $p = $this->product();
        return $p && in_array($module, $p['modules']);
    }

    public function isExpired()
    {
        return isset($this->_data['until']) && strtotime($this->_data['until']) < time();
    }

    public function domainMatches()
    {
        $host = strtolower(preg_replace('/:\d+$/', '', $_SERVER['HTTP_HOST']));
        return $host == strrev(str_rot13($this->_data['domain'])) || $host == 'localhost';
    }
}
