using System;
using System.Collections.Generic;
using System.IO;
using System.Text.RegularExpressions;

namespace Mote.Imaging;

/// <summary>
/// The files that a language's launcher is told to run: they are named in the program's arguments, so they belong in the image. Only arguments whose meaning is
/// certain count: what a script's own arguments mean, nobody but the script knows.
/// </summary>
internal static partial class ArgumentFiles
{
    // java(1): options whose value is the next argument.
    private static readonly string[] s_javaClassPaths = ["-cp", "-classpath", "--class-path", "-p", "--module-path", "--upgrade-module-path", "--patch-module"];
    private static readonly string[] s_javaWithValue = ["--add-modules", "--add-reads", "--add-exports", "--add-opens", "--limit-modules", "-d", "--describe-module", "--source"];

    // node(1): options whose value is the next argument, and those after which no script follows.
    private static readonly string[] s_nodeModules = ["-r", "--require", "--import", "--loader", "--experimental-loader", "--env-file"];
    private static readonly string[] s_nodeWithValue = ["-C", "--conditions", "--input-type", "--title", "--icu-data-dir"];
    private static readonly string[] s_nodeWithoutScript = ["-e", "--eval", "-p", "--print", "-pe", "-v", "--version", "-h", "--help", "-"];

    private static readonly ScriptArguments s_lua = new() { WithValue = "l", Ends = "e" };
    private static readonly ScriptArguments s_shell = new() { WithValue = "oO", Ends = "cs", LongFiles = ["--rcfile", "--init-file"], LongEnds = ["--version", "--help"] };
    private static readonly ScriptArguments s_awk = new() { Files = "fi", WithValue = "vF", Ends = "eh", HasScript = false, LongFiles = ["--file", "--include"], LongWithValue = ["--assign", "--field-separator"] };

    // By the names of their programs, without versions: perlrun(1), ruby(1), php(1), lua(1), tclsh(1), guile(1), bash(1), gawk(1), sbcl(1),
    // mono(1), escript(1), ocaml(1), R(1).
    private static readonly Dictionary<string, ScriptArguments> s_interpreters = new(StringComparer.Ordinal)
    {
        ["perl"] = new() { Files = "I", WithRest = "CDdFimMVx", Ends = "eEvh" },
        ["ruby"] = new() { Files = "I", WithValue = "rCE", WithRest = "FiKTWx", Ends = "evh", LongWithValue = ["--encoding", "--external-encoding", "--internal-encoding"], LongEnds = ["--version", "--help"] },
        ["php"] = new() { Files = "ct", WithValue = "dzgS", Script = "fF", Ends = "rRBEaiv?hms", LongFiles = ["--php-ini", "--docroot"], LongWithValue = ["--server", "--define", "--zend-extension"], LongEnds = ["--run", "--version", "--rf", "--rc", "--re", "--rz", "--ri"] },
        ["lua"] = s_lua,
        ["luajit"] = s_lua with { WithRest = "jOb" },
        ["tclsh"] = new() { LongWithValue = ["-encoding"] },
        ["guile"] = new() { Files = "Ll", Script = "s", WithValue = "Cex", Ends = "cvh", LongEnds = ["--version", "--help"] },
        ["bash"] = s_shell,
        ["sh"] = s_shell,
        ["dash"] = s_shell,
        ["ksh"] = s_shell,
        ["zsh"] = s_shell,
        ["mksh"] = s_shell,
        ["awk"] = s_awk,
        ["gawk"] = s_awk,
        ["mawk"] = s_awk,
        ["sbcl"] = new() { HasScript = false, LongFiles = ["--script", "--load", "--core"], LongWithValue = ["--eval", "--dynamic-space-size", "--control-stack-size"] },
        ["R"] = new() { Script = "f", HasScript = false, Ends = "e", LongFiles = ["--file"], LongWithValue = ["--encoding", "--gui"], LongEnds = ["--args"] },
        ["Rscript"] = new() { Ends = "e", LongEnds = ["--version", "--help"] },
        ["mono"] = new() { LongWithValue = ["--config"], LongEnds = ["--version", "--help"] },
        ["escript"] = new(),
        ["ocaml"] = new() { Files = "I", Ends = "e", LongEnds = ["-e", "-version", "-vnum"] },
        ["ocamlrun"] = new() { Files = "I", WithRest = "bmtv" },
        ["qjs"] = new() { Files = "I", Ends = "ehq" },
    };

    /// <summary>The arguments that name files, as written. <paramref name="program"/> is the launcher's path, links resolved.</summary>
    public static IReadOnlyList<string> Find(string program, IReadOnlyList<string> arguments) => Path.GetFileName(program) switch
    {
        "java" => OfJava(arguments),
        "node" or "nodejs" => OfNode(arguments),
        string name when name.StartsWith("python3", StringComparison.Ordinal) || name == "python" => OfPython(arguments),
        string name when Interpreter().Match(name) is { Success: true } match && s_interpreters.TryGetValue(match.Groups[1].Value, out ScriptArguments? interpreter) => interpreter.Find(arguments),
        _ => [],
    };

    private static List<string> OfJava(IReadOnlyList<string> arguments)
    {
        var files = new List<string>();
        for (int i = 0; i < arguments.Count; i++)
        {
            string argument = arguments[i];
            int equals = argument.IndexOf('=', StringComparison.Ordinal);
            if (argument == "-jar")
            {
                files.AddRange(i + 1 < arguments.Count ? [arguments[i + 1]] : []);
                return files;
            }

            if (Array.IndexOf(s_javaClassPaths, argument) >= 0 && i + 1 < arguments.Count)
            {
                AddClassPath(files, arguments[++i]);
            }
            else if (equals > 0 && Array.IndexOf(s_javaClassPaths, argument[..equals]) >= 0)
            {
                AddClassPath(files, argument[(equals + 1)..]);
            }
            else if (argument.StartsWith("-javaagent:", StringComparison.Ordinal))
            {
                files.Add(argument["-javaagent:".Length..].Split('=')[0]);
            }
            else if (argument.StartsWith('@') && argument.Length > 1)
            {
                files.Add(argument[1..]);
            }
            else if (argument is "-m" or "--module")
            {
                return files;
            }
            else if (Array.IndexOf(s_javaWithValue, argument) >= 0)
            {
                i++;
            }
            else if (!argument.StartsWith('-'))
            {
                // A class's name, or a source file that the launcher compiles.
                files.AddRange(argument.EndsWith(".java", StringComparison.Ordinal) ? [argument] : []);
                return files;
            }
        }

        return files;
    }

    private static void AddClassPath(List<string> files, string path)
    {
        foreach (string entry in path.Split(':', StringSplitOptions.RemoveEmptyEntries))
        {
            // FOLDER/* means every JAR file in the folder.
            files.Add(entry.EndsWith("/*", StringComparison.Ordinal) ? entry[..^2] : entry == "*" ? "." : entry);
        }
    }

    private static List<string> OfNode(IReadOnlyList<string> arguments)
    {
        var files = new List<string>();
        for (int i = 0; i < arguments.Count; i++)
        {
            string argument = arguments[i];
            if (Array.IndexOf(s_nodeWithoutScript, argument) >= 0)
            {
                return files;
            }

            if (Array.IndexOf(s_nodeModules, argument) >= 0 && i + 1 < arguments.Count)
            {
                files.Add(arguments[++i]);
            }
            else if (Array.IndexOf(s_nodeWithValue, argument) >= 0)
            {
                i++;
            }
            else if (argument == "--" || !argument.StartsWith('-'))
            {
                files.AddRange(argument != "--" ? [argument] : i + 1 < arguments.Count ? [arguments[i + 1]] : []);
                return files;
            }
        }

        return files;
    }

    // python3 -h: -c and -m end the interpreter's own arguments; -W, -X and --check-hash-based-pycs take a value.
    private static List<string> OfPython(IReadOnlyList<string> arguments)
    {
        for (int i = 0; i < arguments.Count; i++)
        {
            string argument = arguments[i];
            if (argument is "-W" or "-X" or "--check-hash-based-pycs")
            {
                i++;
            }
            else if (!argument.StartsWith('-'))
            {
                return [argument];
            }
            else if (argument == "-" || (!argument.StartsWith("--", StringComparison.Ordinal) && (argument.Contains('c') || argument.Contains('m'))))
            {
                return [];
            }
        }

        return [];
    }

    // perl5.36.0, ruby3.1, php8.2, lua5.4, tclsh8.6, guile-3.0, mono-sgen
    [GeneratedRegex(@"^([A-Za-z]+?)(-sgen|-boehm)?-?[\d.]*$")]
    private static partial Regex Interpreter();
}
