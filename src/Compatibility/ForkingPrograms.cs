using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.RegularExpressions;

namespace Mote.Compatibility;

/// <summary>
/// Programs that are known to need fork(2) in their default configuration. That they can reach it is read from their code (<see
/// cref="ProgramCheck"/>); whether they do, and how to start them otherwise, is knowledge of their manuals, which this table holds.
/// </summary>
public static partial class ForkingPrograms
{
    private const string Erlang = "Erlang's machine makes a process at its start that it starts programs by, and ends without it.";
    private const string R = "R's packages utils and stats start a program while they are loaded, and are missing; base, methods, graphics, grDevices and datasets are there. "
        + "-e R_DEFAULT_PACKAGES=methods,datasets,grDevices,graphics starts R without the others.";

    private const string Missing = "There is no fork in this machine yet.";

    private static readonly ForkingProgram[] s_all =
    [
        new("redis-server", "Background saves fail, and after the first one Redis refuses writes: start it with --save ''.", SavesNothing),
        new("valkey-server", "Background saves fail, and after the first one Valkey refuses writes: start it with --save ''.", SavesNothing),
        new("nginx", "Its master process cannot make workers: start it with -g 'daemon off; master_process off;'.", IsSingleNginx),
        new("apache2", "It cannot make workers: start it with -X.", (arguments, _) => Has(arguments, "-X", "-v", "-V", "-t", "-l", "-L", "-M", "-S")),
        new("httpd", "It cannot make workers: start it with -X.", (arguments, _) => Has(arguments, "-X", "-v", "-V", "-t", "-l", "-L", "-M", "-S")),
        new("postgres", "It makes a process for each connection and for its own work, so that only --single runs.", (arguments, _) => arguments is ["--single" or "--boot" or "--check" or "--describe-config" or "--version" or "-V" or "--help" or "-C", ..]),
        new("sshd", "It makes a process for each connection, so that nobody can log in.", (arguments, _) => Has(arguments, "-t", "-T", "-V", "-i")),
        new("dropbear", "It makes a process for each connection, so that nobody can log in.", (arguments, _) => Has(arguments, "-V", "-i", "-h")),
        new("vsftpd", "It makes a process for each connection.", Never),
        new("proftpd", "It makes a process for each connection.", (arguments, _) => Has(arguments, "-t", "-v", "-l", "-vv")),
        new("pure-ftpd", "It makes a process for each connection.", Never),
        new("exim4", "It makes a process for each connection and each delivery.", (arguments, _) => !Has(arguments, "-bd", "-bdf", "-q")),
        new("dovecot", "Its master process cannot make the processes that serve.", Never),
        new("smbd", "It makes a process for each connection.", Never),
        new("php-fpm8.2", "Its master process cannot make workers; php -S serves from one process.", (arguments, _) => Has(arguments, "-t", "-v", "-m", "-i")),
        new("squid", "Its master process cannot make workers: start it with -N.", (arguments, _) => arguments.Any(argument => SquidAlone().IsMatch(argument))),
        new("varnishd", "Its manager cannot make the process that serves.", (arguments, _) => Has(arguments, "-V", "-C", "-x")),
        new("nsd", "Its server is a process of its own.", (arguments, _) => Has(arguments, "-v")),
        new("mini_httpd", "It makes a process for each request.", (arguments, _) => Has(arguments, "-V")),
        new("haproxy", "It cannot go to the background: start it with -db.", (arguments, _) => Has(arguments, "-db", "-c", "-v", "-vv")),
        new("beam.smp", Erlang, Never),
        new("erl", Erlang, Never),
        new("erlexec", Erlang, Never),
        new("escript", Erlang, Never),
        new("erlc", Erlang, Never),
        new("iex", Erlang, Never),
        new("elixir", Erlang, Never),
        new("R/bin/exec/R", R, IsSmallR),
        new("Rscript", R, IsSmallR),
    ];

    /// <summary>What to know of a program that is known to need fork, or null.</summary>
    /// <param name="program">The path of its file.</param>
    public static string? HintFor(string program) => Find(program) is { } known ? $"{known.Name}: {known.Without}" : null;

    /// <summary>What to tell before a program starts that will need fork, or null.</summary>
    /// <param name="program">The path of its file.</param>
    /// <param name="arguments">Its arguments, without its name.</param>
    /// <param name="read">Gives the text of a file of the machine, or the value of a variable ($NAME), or null.</param>
    public static string? WarningFor(string program, IReadOnlyList<string> arguments, Func<string, string?> read) =>
        Find(program) is { } known && !known.IsStartedWithout(arguments, read) && !Has(arguments, "--version", "--help", "-h", "-?") ? $"{known.Name}: {Missing} {known.Without}" : null;

    private static ForkingProgram? Find(string program) => Array.Find(s_all,
        known => ("/" + program).EndsWith("/" + known.Path, StringComparison.Ordinal));

    private static bool Never(IReadOnlyList<string> arguments, Func<string, string?> read) => false;

    private static bool Has(IReadOnlyList<string> arguments, params ReadOnlySpan<string> any)
    {
        foreach (string argument in arguments)
        {
            if (any.Contains(argument))
            {
                return true;
            }
        }

        return false;
    }

    // The last word counts: redis.conf, then the arguments. Without any the defaults save.
    private static bool SavesNothing(IReadOnlyList<string> arguments, Func<string, string?> read)
    {
        if (Has(arguments, "-v", "--sentinel", "--test-memory", "--check-system"))
        {
            return true;
        }

        bool isOff = arguments is [{ } file, ..] && !file.StartsWith('-') && read(file) is { } text && RedisSave().Matches(text) is [.., var last] && last.Groups[1].Value is "\"\"" or "''";
        for (int i = 0; i + 1 < arguments.Count; i++)
        {
            isOff = arguments[i] == "--save" ? arguments[i + 1].Length == 0 || arguments[i + 1] == "\"\"" : isOff;
        }

        return isOff;
    }

    // Rscript sets the variable to what its option says.
    private static bool IsSmallR(IReadOnlyList<string> arguments, Func<string, string?> read)
    {
        const string option = "--default-packages=";
        string? packages = arguments.TakeWhile(argument => argument.StartsWith('-')).LastOrDefault(argument => argument.StartsWith(option,
            StringComparison.Ordinal))?[option.Length..] ?? read("$R_DEFAULT_PACKAGES");
        return packages is { Length: > 0 } && !packages.Split(',').Any(name => name is "utils" or "stats");
    }

    private static bool IsSingleNginx(IReadOnlyList<string> arguments, Func<string, string?> read)
    {
        string configuration = "/etc/nginx/nginx.conf";
        string given = "";
        for (int i = 0; i < arguments.Count; i++)
        {
            if (arguments[i] is "-t" or "-T" or "-v" or "-V" or "-s")
            {
                return true;
            }

            configuration = arguments[i] == "-c" && i + 1 < arguments.Count ? arguments[i + 1] : configuration;
            given += arguments[i] == "-g" && i + 1 < arguments.Count ? arguments[i + 1] : "";
        }

        return NginxAlone().IsMatch(given) || NginxAlone().IsMatch(read(configuration) ?? "");
    }

    [GeneratedRegex(@"^\s*save\s+(.*?)\s*$", RegexOptions.Multiline)]
    private static partial Regex RedisSave();

    [GeneratedRegex(@"(?:^|[;\s])master_process\s+off\s*;")]
    private static partial Regex NginxAlone();

    [GeneratedRegex("^-[A-Za-z]*[NvhzZk]")]
    private static partial Regex SquidAlone();
}
