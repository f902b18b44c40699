<?php
/**
 * SOAP-Schnittstelle fuer die Warenwirtschaft: Auftraege abholen, Lagerbestand melden.
 */
ini_set('soap.wsdl_cache_enabled', '1');
ini_set('default_socket_timeout', 20);

class AuftragService
{
    private $db;
    private $angemeldet = false;

    public function __construct(mysqli $db)
    {
        $this->db = $db;
    }

    /** SOAP header Security */
    public function Security($kopf)
    {
        $ruf = $this->db->prepare('SELECT hash FROM schnittstelle WHERE name = ? AND aktiv = 1');
        $ruf->bind_param('s', $kopf->UsernameToken->Username);
        $ruf->execute();
        $ruf->bind_result($hash);
        $this->angemeldet = $ruf->fetch() && password_verify($kopf->UsernameToken->Password, $hash);
        $ruf->close();
    }

    public function HoleAuftraege($seit)
    {
        $this->pruefe();
        $ruf = $this->db->prepare('SELECT nummer, kunde, betrag, angelegt FROM auftrag WHERE angelegt >= ? ORDER BY nummer LIMIT 500');
        $ruf->bind_param('s', $seit);
        $ruf->execute();
        $liste = array();
        foreach ($ruf->get_result() as $zeile) {
            $liste[] = new SoapVar($zeile, SOAP_ENC_OBJECT, 'Auftrag', 'urn:auftrag');
        }
        return $liste;
    }

    public function MeldeBestand($artikel)
    {
        $this->pruefe();
        $n = 0;
        $ruf = $this->db->prepare('UPDATE artikel SET bestand = ? WHERE sku = ?');
        foreach (is_array($artikel) ? $artikel : array($artikel) as $a) {
            $ruf->bind_param('is', $a->Bestand, $a->Sku);
            $ruf->execute();
            $n += $ruf->affected_rows;
        }
        return $n;
    }

    private function pruefe()
    {
        if (!$this->angemeldet) {
            throw new SoapFault('Client', 'Anmeldung fehlt');
        }
    }
}

if (isset($_GET['wsdl'])) {
    header('Content-Type: text/xml');
    readfile(dirname(__FILE__) . '/auftrag.wsdl');
    exit;
}

$server = new SoapServer(dirname(__FILE__) . '/auftrag.wsdl', array('encoding' => 'UTF-8', 'uri' => 'urn:auftrag'));
$server->setObject(new AuftragService(require '../inc/verbindung.php'));
$anfrage = file_get_contents('php://input');
if (strlen($anfrage) > 1048576) {
    $server->fault('Client', 'Anfrage zu gross');
}
$server->handle($anfrage);
