using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;

namespace Mote.Compatibility;

/// <summary>What the kernel has, as the pages of docs/compat say it, which are written from the kernel's own tables.</summary>
public sealed class SupportTable
{
    private readonly Dictionary<int, SystemCallSupport> _calls = [];
    private readonly HashSet<string> _files = new(StringComparer.Ordinal);
    private readonly HashSet<string> _folders = new(StringComparer.Ordinal);

    private SupportTable()
    {
    }

    /// <summary>All calls of x86-64 by number.</summary>
    public IReadOnlyDictionary<int, SystemCallSupport> SystemCalls => _calls;

    /// <summary>The table of the kernel that this tool belongs to.</summary>
    public static SupportTable Load() => Parse(Read("system-calls.md"), Read("files.md"));

    /// <summary>Reads the two pages of docs/compat.</summary>
    /// <exception cref="InvalidDataException">A page has no row that can be read.</exception>
    public static SupportTable Parse(string systemCalls, string files)
    {
        SupportTable table = new();
        foreach (string line in systemCalls.Split('\n'))
        {
            string[] cells = line.Split('|', StringSplitOptions.TrimEntries);
            if (cells.Length == 6 && int.TryParse(cells[1], NumberStyles.None, CultureInfo.InvariantCulture, out int number))
            {
                table._calls[number] = new SystemCallSupport(number, cells[2].Trim('`'), LevelOf(cells[3]), cells[4]);
            }
        }

        foreach (string line in files.Split('\n'))
        {
            if (line.StartsWith("- `/", StringComparison.Ordinal))
            {
                table.AddFile(line[3..].TrimEnd().TrimEnd('`'));
            }
        }

        return table._calls.Count > 0 && table._files.Count > 0
            ? table
            : throw new InvalidDataException("The pages of docs/compat that are built into this tool hold no table.");
    }

    /// <summary>Whether a path below /proc, /sys or /dev is there. Conversions of printf(3) in it, and numbers, stand for any process, thread or descriptor.</summary>
    public bool HasFile(string path)
    {
        string general = KernelPath.Generalize(path);
        return _files.Contains(general) || _folders.Contains(general) || KernelPath.IsBelowLink(general);
    }

    private void AddFile(string path)
    {
        bool isFolder = path.EndsWith('/');
        path = path.TrimEnd('/');
        (isFolder ? _folders : _files).Add(path);
    }

    private static SupportLevel LevelOf(string text) => text switch
    {
        "yes" => SupportLevel.Yes,
        "partly" => SupportLevel.Partly,
        _ => SupportLevel.No,
    };

    private static string Read(string name)
    {
        using Stream stream = typeof(SupportTable).Assembly.GetManifestResourceStream(name) ?? throw new InvalidDataException($"{name} is not built into this tool.");
        using StreamReader reader = new(stream);
        return reader.ReadToEnd();
    }
}
