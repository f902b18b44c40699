<?php

namespace Shop\Session;

/**
 * Sessions in the database, sealed with libsodium.
 * What is stored is data: objects are not brought back to life.
 */
final class SealedHandler implements \SessionHandlerInterface, \SessionUpdateTimestampHandlerInterface
{
    public function __construct(private \PDO $pdo, #[\SensitiveParameter] private string $key, private int $ttl = 7200)
    {
        if (\strlen($key) !== \SODIUM_CRYPTO_SECRETBOX_KEYBYTES) {
            throw new \LengthException('key');
        }
    }

    public function open(string $path, string $name): bool
    {
        return true;
    }

    public function close(): bool
    {
        return true;
    }

    public function read(string $id): string|false
    {
        $ask = $this->pdo->prepare('SELECT payload FROM sessions WHERE id = ? AND touched > ?');
        $ask->execute([hash('sha256', $id), time() - $this->ttl]);
        $sealed = base64_decode((string) $ask->fetchColumn(), true);
        if (!$sealed) {
            return '';
        }
        [$nonce, $box] = [substr($sealed, 0, 24), substr($sealed, 24)];

        return gzinflate((string) sodium_crypto_secretbox_open($box, $nonce, $this->key)) ?: '';
    }

    public function write(string $id, string $data): bool
    {
        $nonce = random_bytes(24);
        $sealed = base64_encode($nonce . sodium_crypto_secretbox(gzdeflate($data), $nonce, $this->key));

        return $this->pdo->prepare('REPLACE INTO sessions (id, payload, touched) VALUES (?, ?, ?)')
            ->execute([hash('sha256', $id), $sealed, time()]);
    }

    public function destroy(string $id): bool
    {
        return $this->pdo->prepare('DELETE FROM sessions WHERE id = ?')->execute([hash('sha256', $id)]);
    }

    public function gc(int $max): int|false
    {
        $gone = $this->pdo->prepare('DELETE FROM sessions WHERE touched < ?');
        $gone->execute([time() - $this->ttl]);

        return $gone->rowCount();
    }

    public function validateId(string $id): bool
    {
        return (bool) preg_match('/^[a-z0-9,-]{32,}$/i', $id);
    }

    public function updateTimestamp(string $id, string $data): bool
    {
        return $this->pdo->prepare('UPDATE sessions SET touched = ? WHERE id = ?')->execute([time(), hash('sha256', $id)]);
    }

    public static function decode(string $payload): array
    {
        return (array) unserialize($payload, ['allowed_classes' => false]);
    }
}
