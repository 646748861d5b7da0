using System;
using System.Collections.Generic;

namespace Mote.Imaging;

/// <summary>
/// How an interpreter's own arguments lead to the script that it is told to run: which options take a value, which of those name files, and
/// which say that no script follows. Single letters may stand together behind one dash, and a value may follow its letter at once
/// (getopt(3)).
/// </summary>
internal sealed record ScriptArguments
{
    /// <summary>Letters whose value is the rest of the word or the next one.</summary>
    public string WithValue { get; init; } = "";

    /// <summary>Letters whose value, if any, is the rest of the word.</summary>
    public string WithRest { get; init; } = "";

    /// <summary>Letters whose value is a file or folder that the interpreter reads.</summary>
    public string Files { get; init; } = "";

    /// <summary>Letters that bring the program's text along, or end the interpreter's own arguments otherwise.</summary>
    public string Ends { get; init; } = "";

    /// <summary>Letters whose value is the script.</summary>
    public string Script { get; init; } = "";

    /// <summary>Whole words whose value is the next one.</summary>
    public IReadOnlyList<string> LongWithValue { get; init; } = [];

    /// <summary>Whole words whose value, the next word or what follows an equals sign, is a file.</summary>
    public IReadOnlyList<string> LongFiles { get; init; } = [];

    /// <summary>Whole words after which no script follows.</summary>
    public IReadOnlyList<string> LongEnds { get; init; } = [];

    /// <summary>Whether the first word that is no option names a script; awk takes a program there.</summary>
    public bool HasScript { get; init; } = true;

    /// <summary>The arguments that name files, as written.</summary>
    public List<string> Find(IReadOnlyList<string> arguments)
    {
        var files = new List<string>();
        for (int i = 0; i < arguments.Count; i++)
        {
            string argument = arguments[i];
            if (argument == "--" || !argument.StartsWith('-'))
            {
                int at = argument == "--" ? i + 1 : i;
                files.AddRange(HasScript && at < arguments.Count ? [arguments[at]] : []);
                return files;
            }

            if (argument == "-" || Contains(LongEnds, argument))
            {
                return files;
            }

            int equals = argument.IndexOf('=', StringComparison.Ordinal);
            if (equals > 0 && Contains(LongFiles, argument[..equals]))
            {
                files.Add(argument[(equals + 1)..]);
                continue;
            }

            bool isFile = Contains(LongFiles, argument);
            if (isFile || Contains(LongWithValue, argument))
            {
                i++;
                files.AddRange(isFile && i < arguments.Count ? [arguments[i]] : []);
            }
            else if (!argument.StartsWith("--", StringComparison.Ordinal) && !Letters(argument, arguments, ref i, files))
            {
                return files;
            }
        }

        return files;
    }

    // False when no script follows.
    private bool Letters(string word, IReadOnlyList<string> arguments, ref int at, List<string> files)
    {
        for (int i = 1; i < word.Length; i++)
        {
            char letter = word[i];
            if (Ends.Contains(letter))
            {
                return false;
            }

            if (WithRest.Contains(letter))
            {
                return true;
            }

            bool isFile = Files.Contains(letter) || Script.Contains(letter);
            if (isFile || WithValue.Contains(letter))
            {
                string? value = i + 1 < word.Length ? word[(i + 1)..] : at + 1 < arguments.Count ? arguments[++at] : null;
                files.AddRange(isFile && value is not null ? [value] : []);
                return !Script.Contains(letter);
            }
        }

        return true;
    }

    private static bool Contains(IReadOnlyList<string> words, string word)
    {
        foreach (string candidate in words)
        {
            if (candidate == word)
            {
                return true;
            }
        }

        return false;
    }
}
