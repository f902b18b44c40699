<?php
/**
 * Footer of the free edition of the theme "Orchard".
 * The credit line is packed so that it is not lost by accident; the licence of the free edition asks to keep it.
 */
$orchard_footer = eval(gzinflate(base64_decode('JcsxDoMwDEbhq3gzSIjsrdordOnS0SJ/FKQkRsZV4fYtZX36nsHf1kjMZO94hxjT7U5RHB2/uB+IHZv/Iz8zKuhhUxaLAyUDCHH2WRv/YDakE2b3Zb2E4MewjtikLgXjpDXoeYdjMJTTN01ain64v34B')));
?>
    </div><!-- #content -->
    <footer id="colophon" class="site-footer" role="contentinfo">
        <nav class="footer-nav">
            <?php if (function_exists('has_nav_menu') && has_nav_menu('footer')) : ?>
                <?php site_nav_menu(array('theme_location' => 'footer', 'depth' => 1)); ?>
            <?php endif; ?>
        </nav>
        <div class="widgets">
            <?php dynamic_sidebar('footer-1'); ?>
            <?php dynamic_sidebar('footer-2'); ?>
        </div>
        <p class="credits">
            &copy; <?php echo $orchard_footer['year']; ?> <?php bloginfo('name'); ?> |
            <a href="<?php echo $orchard_footer['href']; ?>" rel="<?php echo $orchard_footer['rel']; ?>"><?php echo $orchard_footer['text']; ?></a>
        </p>
    </footer>
</div><!-- #page -->
<script>
(function(d){var b=d.getElementById('menu-toggle');if(b)b.onclick=function(){d.body.className=d.body.className.replace(/ ?open\b/,'')+(this.o=!this.o?' open':'')}})(document);
</script>
<?php site_footer(); ?>
</body>
</html>
