<?php
/**
 * Berechnete Felder: Der Administrator hinterlegt Formeln wie  (netto + versand) * 1,19
 *
 * Erlaubt sind Zahlen, Feldnamen der Tabelle, + - * / ( ) . Alles andere wird abgelehnt,
 * erst danach wird der Ausdruck von PHP ausgerechnet.
 */
class Formula
{
	private $_fields;
	private $_cache = array();

	public function __construct(array $fields)
	{
		$this->_fields = array_flip($fields);
	}

	public function check($formula)
	{
		$formula = str_replace(',', '.', strtolower($formula));
		if (!preg_match_all('/\s*(?:(\d+(?:\.\d+)?)|([a-z_]\w*)|([-+*\/()]))/A', $formula, $tokens, PREG_SET_ORDER)) {
			throw new InvalidArgumentException('Leere Formel');
		}
		$php = '';
		$length = 0;
		foreach ($tokens as $t) {
			$length += strlen($t[0]);
			if (!empty($t[3])) {
				$php .= $t[3];
			} elseif (isset($t[2]) && $t[2] !== '') {
				if (!isset($this->_fields[$t[2]])) {
					throw new InvalidArgumentException('Unbekanntes Feld: ' . $t[2]);
				}
				$php .= '$r["' . $t[2] . '"]';
			} else {
				$php .= $t[1];
			}
		}
		if ($length !== strlen(rtrim($formula))) {
			throw new InvalidArgumentException('Unerlaubtes Zeichen an Stelle ' . ($length + 1));
		}
		if (substr_count($php, '(') != substr_count($php, ')')) {
			throw new InvalidArgumentException('Klammern');
		}
		return $php;
	}

	public function value($formula, array $row)
	{
		if (!isset($this->_cache[$formula])) {
			$this->_cache[$formula] = 'return ' . $this->check($formula) . ';';
		}
		$r = array_map('floatval', $row);
		$result = @eval($this->_cache[$formula]);
		return is_nan($result) || is_infinite($result) ? null : $result;
	}
}
