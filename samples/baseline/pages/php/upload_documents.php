<?php
declare(strict_types=1);

namespace Portal\Documents;

use PDO;
use RuntimeException;

require_once __DIR__ . '/../bootstrap.php';

/**
 * Receives supporting documents for a grant application.
 * Files are kept outside of the document root under a name of our own.
 */
final class DocumentIntake
{
    private const MAX_BYTES = 8 * 1024 * 1024;
    private const ALLOWED = [
        'application/pdf' => 'pdf',
        'image/jpeg'      => 'jpg',
        'image/png'       => 'png',
    ];

    public function __construct(private PDO $db, private string $vault)
    {
    }

    public function accept(array $file, int $applicant): string
    {
        if (($file['error'] ?? UPLOAD_ERR_NO_FILE) !== UPLOAD_ERR_OK) {
            throw new RuntimeException($this->reason((int) $file['error']));
        }
        if ($file['size'] <= 0 || $file['size'] > self::MAX_BYTES) {
            throw new RuntimeException('The file is empty or larger than 8 MB.');
        }
        if (!is_uploaded_file($file['tmp_name'])) {
            throw new RuntimeException('Not an upload.');
        }
        $type = (new \finfo(FILEINFO_MIME_TYPE))->file($file['tmp_name']);
        if (!isset(self::ALLOWED[$type])) {
            throw new RuntimeException('Only PDF, JPEG and PNG are accepted.');
        }
        $name = bin2hex(random_bytes(16)) . '.' . self::ALLOWED[$type];
        $target = $this->vault . '/' . substr($name, 0, 2);
        if (!is_dir($target) && !mkdir($target, 0750, true)) {
            throw new RuntimeException('The vault is not writable.');
        }
        if (!move_uploaded_file($file['tmp_name'], "$target/$name")) {
            throw new RuntimeException('The file could not be stored.');
        }
        chmod("$target/$name", 0640);

        $insert = $this->db->prepare(
            'INSERT INTO document (applicant_id, stored_as, shown_as, mime, bytes, received) VALUES (?, ?, ?, ?, ?, NOW())'
        );
        $insert->execute([$applicant, $name, mb_substr(basename($file['name']), 0, 120), $type, $file['size']]);

        return $name;
    }

    private function reason(int $error): string
    {
        return match ($error) {
            UPLOAD_ERR_INI_SIZE, UPLOAD_ERR_FORM_SIZE => 'The file is too large.',
            UPLOAD_ERR_PARTIAL => 'The upload was interrupted.',
            UPLOAD_ERR_NO_FILE => 'No file was chosen.',
            default => 'The server could not take the file.',
        };
    }
}

$user = \Portal\Session::required();
$message = '';
if ($_SERVER['REQUEST_METHOD'] === 'POST') {
    if (!hash_equals($_SESSION['csrf'], (string) ($_POST['csrf'] ?? ''))) {
        http_response_code(403);
        exit('The form has expired.');
    }
    try {
        (new DocumentIntake(\Portal\db(), \Portal\config('vault')))->accept($_FILES['document'] ?? [], $user->id);
        $message = 'Thank you, the document has arrived.';
    } catch (RuntimeException $problem) {
        $message = $problem->getMessage();
    }
}
?>
<!doctype html>
<title>Supporting documents</title>
<p role="status"><?= htmlspecialchars($message) ?></p>
<form method="post" enctype="multipart/form-data">
    <input type="hidden" name="csrf" value="<?= htmlspecialchars($_SESSION['csrf']) ?>">
    <label>Document <input type="file" name="document" accept=".pdf,.jpg,.png" required></label>
    <button>Upload</button>
</form>
