<?php
/* Front controller of a small MVC framework: /controller/action/arg/arg */
class Dispatcher
{
    private $app;

    public function __construct(App $app) { $this->app = $app; }

    public function dispatch($path)
    {
        $parts = array_values(array_filter(explode('/', trim($path, '/')), 'strlen'));
        $name = isset($parts[0]) ? $parts[0] : 'index';
        $action = 'action_' . (isset($parts[1]) ? strtolower($parts[1]) : 'index');
        if (!preg_match('/^[a-z]{1,30}$/', $name) || !preg_match('/^action_[a-z_]{1,40}$/', $action)) {
            return $this->app->notFound();
        }
        $class = 'Controller_' . ucfirst($name);
        if (!class_exists($class) || !is_subclass_of($class, 'Controller')) {
            return $this->app->notFound();
        }
        $controller = new $class($this->app, array_map('trim', array_filter($_GET, 'is_string')), $_POST);
        if (!is_callable(array($controller, $action))) {
            return $this->app->notFound();
        }
        array_walk_recursive($_POST, array($this, 'utf8'));
        $controller->before();
        $result = call_user_func_array(array($controller, $action), array_slice($parts, 2));
        $controller->after();
        return $result;
    }

    public function utf8(&$value, $key)
    {
        if (!mb_check_encoding($value, 'UTF-8')) {
            $value = mb_convert_encoding($value, 'UTF-8', 'ISO-8859-1');
        }
    }
}

$app = new App(require dirname(__FILE__) . '/config.php');
set_exception_handler(array($app, 'onException'));
register_shutdown_function(array($app, 'onShutdown'));
ob_start('ob_gzhandler');
$dispatcher = new Dispatcher($app);
$page = isset($_GET['q']) ? $_GET['q'] : (isset($_SERVER['PATH_INFO']) ? $_SERVER['PATH_INFO'] : '/');
echo $dispatcher->dispatch($page);
