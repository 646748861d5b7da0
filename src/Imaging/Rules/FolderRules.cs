using System.Collections.Generic;
using System.Text.RegularExpressions;

namespace Mote.Imaging.Rules;

/// <summary>What programs of the distribution read at fixed places: Debian's places first, then those of builds from source. One entry a program.</summary>
internal static partial class FolderRules
{
    // What glibc reads for LANG=C.UTF-8.
    private static readonly RulePart s_utf8 = new("the locale C.UTF-8", ["/usr/lib/locale/C.utf8"]);

    public static IReadOnlyList<FolderRule> All { get; } =
    [
        new("perl", "Adds Perl's library (the folders of @INC), without documentation.", Perl(),
        [
            new("library", ["/usr/lib/*/perl-base", "/usr/share/perl/5.*", "/usr/lib/*/perl/5.*", "/etc/perl", "/usr/local/lib/perl5/5.*"], NotRunByPerl()),
            new("installed modules", ["/usr/share/perl5", "/usr/lib/*/perl5/5.*", "/usr/local/share/perl", "/usr/local/lib/*/perl", "/usr/local/lib/perl5/site_perl"], NotRunByPerl())
            {
                Variant = "site", VariantDescription = "modules installed beside Perl's own",
            },
        ]),
        new("ruby", "Adds Ruby's library with its gems.", Ruby(),
        [
            new("library", ["/usr/lib/ruby/3.*", "/usr/lib/*/ruby/3.*", "/usr/lib/ruby/vendor_ruby", "/usr/lib/*/ruby/vendor_ruby", "/usr/local/lib/ruby/3.*"], NotRunByRuby()),
            new("gems of the library", ["/usr/lib/ruby/gems/3.*/specifications", "/usr/local/lib/ruby/gems/3.*/specifications"]),

            // Gems that are Debian packages: descriptions, code, native code and the marks that it was built.
            new("gems of the distribution", ["/usr/share/rubygems-integration", "/usr/lib/*/rubygems-integration", "/usr/lib/ruby/gems/3.*/extensions", "/usr/lib/*/ruby/gems/3.*"]),
            s_utf8,
            new("installed gems", ["/usr/lib/ruby/gems", "/usr/lib/*/ruby/gems", "/var/lib/gems", "/usr/local/lib/ruby/gems", "/usr/local/lib/site_ruby"]) { Variant = "gems", VariantDescription = "gems with their code" },
        ]),
        new("php", "Adds PHP's settings and extensions, and time zones.", Php(),
        [
            new("settings", ["/etc/php/*/cli", "/etc/php/*/mods-available", "/usr/local/etc/php"]),
            new("extensions", ["/usr/lib/php/2*", "/usr/local/lib/php/extensions"]),
            new("time zones", ["/usr/share/zoneinfo"], OtherZones()),
            s_utf8,
        ]),
        new("lua", "Adds Lua's library folders.", Lua(), [new("library", ["/usr/share/lua/5.*", "/usr/lib/*/lua/5.*", "/usr/share/luajit-2.*", "/usr/local/share/lua/5.*", "/usr/local/lib/lua/5.*"])]),
        new("tcl", "Adds Tcl's library.", Tcl(), 
        [
            new("library", ["/usr/share/tcltk/tcl8*", "/usr/lib/tcltk/*", "/usr/lib/*/tcl8*", "/usr/local/lib/tcl8*"], Demos()),
            new("packages", ["/usr/share/tcltk"], Demos()) { Variant = "site", VariantDescription = "packages installed beside the library (tcllib)" },
        ]),
        new("guile", "Adds Guile's library, source and compiled.", Guile(),
        [
            new("library", ["/usr/share/guile/3.*", "/usr/lib/*/guile/3.*", "/usr/local/share/guile/3.*", "/usr/local/lib/guile/3.*"]),
            new("character sets", ["/usr/lib/*/gconv/gconv-modules.cache", "/usr/lib/*/gconv/ISO8859-1.so"]),
            s_utf8,
        ]),
        new("gawk", "Adds gawk's library and extensions.", Gawk(), [new("library", ["/usr/share/awk", "/usr/lib/*/gawk", "/usr/local/share/awk", "/usr/local/lib/gawk"]), s_utf8]),
        new("file", "Adds the table by which file(1) knows contents.", FileProgram(), [new("magic numbers", ["/etc/magic", "/etc/magic.mime", "/usr/share/misc/magic.mgc", "/usr/share/file/magic.mgc", "/usr/local/share/misc/magic.mgc"])]),
        new("git", "Adds the templates of new repositories.", Git(), [new("templates", ["/usr/share/git-core/templates", "/usr/local/share/git-core/templates"])]),
        new("openssl", "Adds the settings and modules of OpenSSL's command.", OpenSsl(),
        [
            new("settings", ["/usr/lib/ssl/openssl.cnf", "/usr/local/ssl/openssl.cnf"]),
            new("modules", ["/usr/lib/*/ossl-modules", "/usr/lib/*/engines-3"]),
            new("authorities", ["/usr/lib/ssl/certs", "/usr/lib/ssl/cert.pem", "/etc/ssl/certs/ca-certificates.crt"]) { Variant = "ca", VariantDescription = "certificates of the authorities that the host trusts" },
        ]),
        new("curl", "Adds the authorities that curl trusts.", Curl(), [new("authorities", ["/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt"])]),
        .. More(),
        new("zoneinfo", "Adds the time zones of the host.", null, [new("time zones", ["/usr/share/zoneinfo"], OtherZones())]),
        new("locale", "Adds the host's locales and the character sets of iconv(3).", null, [new("locales", ["/usr/lib/locale"]), new("character sets", ["/usr/lib/*/gconv"])]),
    ];

    [GeneratedRegex(@"^perl(5[\d.]*)?$")]
    private static partial Regex Perl();

    // Documentation, and what only compilers of extensions read.
    [GeneratedRegex(@"\.(pod|h|a|ph|ld)$|(^|/)(CORE|pod|t)$")]
    private static partial Regex NotRunByPerl();

    [GeneratedRegex(@"^ruby(\d[\d.]*)?$")]
    private static partial Regex Ruby();

    [GeneratedRegex(@"\.(h|a|ri)$|(^|/)(rbconfig/sizeof\.h|test)$")]
    private static partial Regex NotRunByRuby();

    [GeneratedRegex(@"^php(\d[\d.]*)?$")]
    private static partial Regex Php();

    // The same zones again, with other treatments of leap seconds.
    [GeneratedRegex(@"^(posix|right)$")]
    private static partial Regex OtherZones();

    [GeneratedRegex(@"^(luac?(5[\d.]*)?|luajit[-\d.a-z]*)$")]
    private static partial Regex Lua();

    [GeneratedRegex(@"^tclsh(8[\d.]*)?$")]
    private static partial Regex Tcl();

    [GeneratedRegex(@"(^|/)demos$")]
    private static partial Regex Demos();

    [GeneratedRegex(@"^guile([-\d.]*)?$")]
    private static partial Regex Guile();

    [GeneratedRegex(@"^gawk([-\d.]*)?$")]
    private static partial Regex Gawk();

    [GeneratedRegex(@"^file$")]
    private static partial Regex FileProgram();

    [GeneratedRegex(@"^git$")]
    private static partial Regex Git();

    [GeneratedRegex(@"^curl$")]
    private static partial Regex Curl();

    [GeneratedRegex(@"^openssl$")]
    private static partial Regex OpenSsl();
}
