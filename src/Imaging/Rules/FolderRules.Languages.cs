using System.Collections.Generic;
using System.Text.RegularExpressions;

namespace Mote.Imaging.Rules;

/// <summary>Interpreters that few hosts have.</summary>
internal static partial class FolderRules
{
    private static IReadOnlyList<FolderRule> More() =>
    [
        new("ocaml", "Adds the library of OCaml's interpreters.", Ocaml(), [new("library", ["/usr/lib/ocaml", "/usr/local/lib/ocaml"], NotRunByOcaml())]),
        new("sbcl", "Adds SBCL's core and its modules.", Sbcl(), [new("core and modules", ["/usr/lib/sbcl", "/usr/local/lib/sbcl"], NotRunBySbcl())]),
        new("clisp", "Adds CLISP's memory image and modules.", Clisp(), [new("library", ["/usr/lib/clisp-2.*", "/usr/local/lib/clisp-2.*"], NotRunBySbcl())]),
        new("mono", "Adds Mono's class library, settings and native helpers.", Mono(),
        [
            new("library", ["/usr/lib/mono", "/usr/lib/libmono*.so", "/usr/lib/libMono*.so"], NotRunByMono()),
            new("settings", ["/etc/mono"]),
            new("time zones", ["/usr/share/zoneinfo"], OtherZones()),
            new("authorities", ["/usr/share/.mono/certs"]),
        ]),
        new("r", "Adds R's library and settings.", R(),
        [
            new("library", ["/usr/lib/R", "/usr/share/R/share", "/etc/R"], NotRunByR()),
            new("time zones", ["/usr/share/zoneinfo"], OtherZones()),
            new("character sets", ["/usr/lib/*/gconv"]),
            s_utf8,
            new("installed packages", ["/usr/lib/R/site-library", "/usr/local/lib/R/site-library"]) { Variant = "site", VariantDescription = "packages installed beside R's own" },
        ])
        {
            // What the script /usr/lib/R/bin/R sets.
            Environment = [("R_HOME", "/usr/lib/R"), ("R_SHARE_DIR", "/usr/share/R/share"), ("R_INCLUDE_DIR", "/usr/share/R/include"), ("R_DOC_DIR", "/usr/share/R/doc"), ("LD_LIBRARY_PATH", "/usr/lib/R/lib")],

            // Rscript starts the script, whose bash would make processes only to find out where it is.
            Links = [("/usr/lib/R/bin/R", Launchers.R)],
        },
        new("uwsgi", "Adds uWSGI's plugins with their libraries; --rule python beside it for the plugin of Python.", Uwsgi(), [new("plugins", ["/usr/lib/uwsgi/plugins"])]),
        new("gforth", "Adds Gforth's memory images and library.", Gforth(), [new("library", ["/usr/share/gforth", "/usr/lib/gforth", "/usr/lib/*/gforth"])]),
        new("prolog", "Adds SWI-Prolog's library and boot file.", Prolog(), [new("library", ["/usr/lib/swi-prolog", "/etc/swi-prolog"], NotRunByProlog())]),
        new("chicken", "Adds CHICKEN's modules.", Chicken(), [new("modules", ["/var/lib/chicken", "/usr/share/chicken", "/usr/lib/*/chicken"])]),
    ];

    [GeneratedRegex(@"^(ocaml|ocamlrun[di]?)$")]
    private static partial Regex Ocaml();

    [GeneratedRegex(@"\.(a|cmt|cmti|ml|mli|cmx|o|h)$")]
    private static partial Regex NotRunByOcaml();

    [GeneratedRegex(@"^sbcl$")]
    private static partial Regex Sbcl();

    [GeneratedRegex(@"\.(o|a|mk|h)$")]
    private static partial Regex NotRunBySbcl();

    [GeneratedRegex(@"^clisp$")]
    private static partial Regex Clisp();

    [GeneratedRegex(@"^mono(-sgen|-boehm)?$")]
    private static partial Regex Mono();

    [GeneratedRegex(@"\.(mdb|pdb)$")]
    private static partial Regex NotRunByMono();

    [GeneratedRegex(@"^uwsgi(-core)?$")]
    private static partial Regex Uwsgi();

    [GeneratedRegex(@"^R(script)?$")]
    private static partial Regex R();

    [GeneratedRegex(@"(^|/)(doc|help|html|man|demo|tests|po|site-library|translations)$|^bin/R$")]
    private static partial Regex NotRunByR();

    [GeneratedRegex(@"^gforth([-\d.]*|-fast.*|-itc.*)$")]
    private static partial Regex Gforth();

    [GeneratedRegex(@"^(swipl|prolog)$")]
    private static partial Regex Prolog();

    [GeneratedRegex(@"(^|/)(doc|demo|man)$")]
    private static partial Regex NotRunByProlog();

    [GeneratedRegex(@"^(csi|chicken)$")]
    private static partial Regex Chicken();
}
