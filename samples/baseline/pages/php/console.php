<?php

use Symlog\Acl;

/**
 * Maintenance console for administrators: a drop-down of commands, each of them a class of ours.
 * Nothing that is typed reaches a shell; arguments are checked by the command.
 */
require 'app/start.php';

Acl::demand('maintenance');

if (!Config::get('debug.console', false)) {
    View::abort(404);
}

$commands = [];
foreach (Config::get('console.commands') as $class) {
    $command = new $class($container);
    $commands[$command->name()] = $command;
}

$output = null;
$chosen = Input::post('cmd');
if (Request::isPost() && Csrf::valid(Input::post('_token'))) {
    if (!isset($commands[$chosen])) {
        $output = 'No such command.';
    } else {
        $arguments = array_filter(explode(' ', Input::post('args', '')));
        ob_start();
        $status = $commands[$chosen]->execute($arguments);
        $output = ob_get_clean() . "\n[exit $status]";
        Audit::record('console', ['command' => $chosen, 'args' => $arguments, 'status' => $status]);
    }
}
?>
<?php View::begin('admin', ['title' => 'Console']) ?>
<form method="post" class="console">
    <?= Csrf::field() ?>
    <select name="cmd">
        <?php foreach ($commands as $name => $command): ?>
        <option <?= $name === $chosen ? 'selected' : '' ?> title="<?= e($command->help()) ?>"><?= e($name) ?></option>
        <?php endforeach ?>
    </select>
    <input name="args" placeholder="arguments" value="<?= e(Input::post('args', '')) ?>">
    <button>Execute</button>
</form>
<?php if ($output !== null): ?>
<pre style="background:#000;color:#0f0"><?= e($output) ?></pre>
<?php endif ?>
<p class="hint">cache:clear, queue:retry, index:rebuild, user:unlock &hellip; ran as <?= e(get_current_user()) ?>
   on <?= e(php_uname()) ?>, working directory <?= e(getcwd()) ?></p>
<?php View::end() ?>
