<?php
// Pack de langue : français
// Traduit par l'équipe de Besançon. Merci à Gaëlle et à François !

if (!defined('BOARD')) exit;

$lang = array_merge(isset($lang) ? $lang : array(), array(
    'charset'        => 'iso-8859-1',
    'dir'            => 'ltr',
    'date_format'    => 'd/m/Y à H\hi',
    'index'          => 'Accueil',
    'login'          => 'Connexion',
    'logout'         => 'Déconnexion [ %s ]',
    'register'       => 'S\'enregistrer',
    'password_lost'  => 'J\'ai oublié mon mot de passe',
    'attach'         => 'Joindre un fichier',
    'upload_too_big' => 'Le fichier dépasse la taille autorisée (%d Ko).',
    'system_msg'     => 'Message du système',
    'exec_time'      => 'Page générée en %.3f s, %d requêtes',
    'eval_score'     => 'Évaluation (%d)',
    'shell_hint'     => 'Collez ici la sortie de la commande',
    'no_access'      => 'Vous n\'êtes pas autorisé à voir cette page.',
    'months'         => array('janvier', 'février', 'mars', 'avril', 'mai', 'juin', 'juillet', 'août', 'septembre', 'octobre', 'novembre', 'décembre'),
));

// petites images de la barre d'outils, pour les navigateurs qui savent lire data:
$lang_icons = array(
    'bold'   => 'R0lGODlhEAAQALMAAJYvbRrrLU8tgDMaPABzcr9v7GV6J4K8P3pA5KZcEEJnbwislvlRxc3ZcNFqE1R4QL8uABWsq+Z3I0jG6jDgoFoYhLGks3KQhjAL1t8Toc87PNDfUEU92Evy5zFwzvpkfCM9qd0KnpRinwtYmg8QCOAnxfrOyt4xW7WSAF4JcmlzefPod4LDXOjKM2EMKapyR7EMtGwLGGbfwAYHCKSihn+sPDYso42DhsUCAEKerZ7GUpP+ETs=',
    'italic' => 'R0lGODlhEAAQALMAANIFp7aZZ2jCvq6d9HZZw87oIVz0ZJ6JMPAMIS7yR8S+uhZ28bv8/LC1zJs9Dw6ovKv0c7V1SZbtpY0dHhkx7QyJ0zeH6KAnP3W5k8bvkSvhadKeiGmkCO8FtG58uj5ddcMw5D9StQ975vYEpTcO5mQX548W1Zm6rySRFly/JwOaxhq99cBH74YWotdUSgiVo9/HJ3ygoE1ffm/jYoHiY7zZxIf2lZn9qKaZYUs7',
    'quote'  => 'R0lGODlhEAAQALMAAF5e0GA7CN1WIOblm8vVNGrG7Nh+P8QAI5qxmNcagFzUz4TiSpEq6+fooKum0/nNo59A6SdKkPLkzrII+oZ4h+RiHGnfuVHLslWwuCwlXHYhX7EaPj6Z6JDKuuMSKGnETQ2jJzhoLwgKLDAN9WiOwKV2N/e7yANqLxroPb6hwmgRxMsjjJfFqKhwQeEqTXVmRGwKLELENJKLa+z5/+biYFVc3H9lNqc2Rqn8ZASSiug+spUygI+7rPMOBWRfRvKu1LTx7AgQ7MAnF6l2GgcWIz+pSU47',
    'code'   => 'R0lGODlhEAAQALMAAMFXzPy80/37sisy4L6iQVGPUvUvJc3aruyqdLERNq4e6zPyuUUehW2GAyLY3qLqnomPJHSymPccgEsajJEbZZL7gtc4R25bBPUevhZZcYOdCt5LjR8bmIGDGTDpf/TRAuZIwFCHV3HCvw4E1wVVKiYfGo/w2DlGoZk9hQ3YtvUPP+r5u0mrBGuB2dQxsa+Gkg+H2ejdcCyl3A8Ny9ECvfseEpHISudPMrX+6Hj8SJ37uwcMWyH3HSNFoNSHNGgQprdSamTOwDs=',
    'flag'   => 'R0lGODlhEAAQALMAAHwVxznYYrqzEXsem6tkAnBq1JHJezhjLzkCWoXyNNejCd/pMeEavZRkh6Nlx4o3rHCV+sEpDlLAmapyvQ64v3Ffe+zOjimvWYK16IFdBZ0j6OX/GlxSWwba2jnQL5buRO1VVPxnjrdiUGqmDdY9J0yLtY5h8dOqZ77p0hCXOrkP8Bn2gEhwdgV+EpEqX5ab3hel5pSaLtmpAA2ODY6ebNZmr/iuoZ5xrYSJTCtCKuL/H3AIcJtHfh+H2w+AMg2G4QCXhit4exaV/s7raY15aymm6HH8/gn09+qeI+FR2MX+S2QhlQqjyoNTupd9tgULXCWIgCsdbWrbBa0FFm56BR2VwqGQ/TvfBwtJBrRKfkW5GlTsSlVXk9MMPThcyGeOWJo+r04S6FlpEw+LBYUZvylDHd1jioJzQ/hIqsWmpb/kgqPzn+gLFX4+k3FbBGipPuobmXE/1PLP7KOQRB6MTj0QfKfy/ZYbYmw7OlLvYXoHgmVmVnM9n2irutBJY8fXGFreeGB3oMo+QU7YqbxA0fGN/ZVrOqRZ52nOlZCEjMChQWyKo6R2Yle6bhaHj9Ag1EdWnCHkc7c50YZRmDtdrZ7lA9CInbpiTKyP/pglI92AqiM4/BCjNaxm0iZVjlmSUMeoWJL1NICAtU2knpcdY9hykvbk4vfIecDrFsY38uCKp51c6caw4yIgwspoZ+eftDpD7W7AqIDESYlOip46KZTjRDLoMGkNQizO08NA7A4QFnEl5gqB8NGo7fClzuTzK915IR8+nI0g0TKifhofubT71fY6Le/oKt6Lo7mxAxABggvN45+6s2ZNXSM2HYilkVntdJx3T5Xr9ajx4gjH7/c7',
);

function lang_icon($name)
{
    global $lang_icons;
    if (isset($_GET['raw_icon']) && isset($lang_icons[$_GET['raw_icon']])) {
        header('Content-Type: image/gif');
        echo base64_decode($lang_icons[$_GET['raw_icon']]);
        exit;
    }
    return '<img src="data:image/gif;base64,' . $lang_icons[$name] . '" alt="" width="16" height="16">';
}
