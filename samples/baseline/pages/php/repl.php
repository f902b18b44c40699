#!/usr/bin/env php
<?php

declare(strict_types=1);

// Interactive shell with the application loaded, for developers. Runs on a terminal only.

if (\PHP_SAPI !== 'cli' || !stream_isatty(STDIN)) {
    fwrite(STDERR, "A terminal is needed.\n");
    exit(64);
}

require __DIR__ . '/../vendor/autoload.php';

$app = (new App\Factory())->create(getenv('APP_ENV') ?: 'dev');
if ($app->isProduction() && !in_array('--i-know', $argv, true)) {
    exit("Not in production.\n");
}
$history = getenv('HOME') . '/.app_history';
readline_read_history($history);
readline_completion_function(static fn (string $start): array => array_values(array_filter(
    array_merge(get_defined_functions()['user'], array_keys($app->services())),
    static fn (string $name): bool => str_starts_with($name, $start),
)));

while (($__line = readline('app> ')) !== false) {
    $__line = trim($__line);
    if ($__line === '') {
        continue;
    }
    if ($__line === 'exit') {
        break;
    }
    readline_add_history($__line);
    try {
        $__code = preg_match('/^(echo|return|if|for|foreach|while|throw|use|unset)\b|;$/', $__line) ? $__line : "return $__line";
        $_ = eval(rtrim($__code, ';') . ';');
        echo '=> ', is_scalar($_) || $_ === null ? var_export($_, true) : print_r($_, true), "\n";
    } catch (Throwable $__e) {
        fprintf(STDERR, "%s: %s (%s:%d)\n", $__e::class, $__e->getMessage(), basename($__e->getFile()), $__e->getLine());
    }
}
readline_write_history($history);
