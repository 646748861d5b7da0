using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Mote.Compatibility.Code;

namespace Mote.Compatibility;

/// <summary>
/// What a program needs, held against what the kernel has. It is read from code and data without running them: of what can be reached, a program may never use much; what it computes
/// (numbers of system calls, paths that it puts together, code that it compiles itself) is not seen.
/// </summary>
public sealed record ProgramCheck
{
    /// <summary>The program's path in the image.</summary>
    public required string Program { get; init; }

    /// <summary>ELF files that were read.</summary>
    public required int Files { get; init; }

    /// <summary>Functions that the program can reach.</summary>
    public required int Functions { get; init; }

    /// <summary>System calls that it can reach, by number.</summary>
    public required IReadOnlyList<NeededCall> Calls { get; init; }

    /// <summary>Functions that make a system call whose number only running them tells.</summary>
    public required IReadOnlyList<string> UnknownCalls { get; init; }

    /// <summary>Paths of /proc, /sys and /dev that it names.</summary>
    public required IReadOnlyList<MentionedName> Paths { get; init; }

    /// <summary>Libraries that it names but does not need from the start, so that it may load them.</summary>
    public required IReadOnlyList<MentionedName> Libraries { get; init; }

    /// <summary>The highest x86-64 level that a file says it needs, 1 to 4; 0 when none says.</summary>
    public required int IsaLevel { get; init; }

    /// <summary>Whether everything that it asks for and cannot do without is there, if only partly.</summary>
    public bool IsComplete => !Calls.Any(call => call.IsMissed);

    /// <summary>Checks a program.</summary>
    /// <param name="program">The program's path in the image.</param>
    /// <param name="files">All files of the image; those that are not ELF files are passed over.</param>
    /// <param name="table">What the kernel has.</param>
    /// <exception cref="InvalidDataException">An ELF file is damaged, or the program is none.</exception>
    public static ProgramCheck Run(string program, IReadOnlyList<ProgramFile> files, SupportTable table)
    {
        List<CodeFile> code = [];
        foreach (ProgramFile file in files)
        {
            if (File.Exists(file.HostPath) && CodeFile.TryRead(file.Path, File.ReadAllBytes(file.HostPath)) is { } read)
            {
                code.Add(read);
            }
        }

        CodeFile main = code.Find(file => file.Path == program) ?? throw new InvalidDataException($"{program} is not an x86-64 ELF file: what it needs cannot be read from its code");
        ReachableCode reachable = ReachableCode.Follow(main, [.. code.Where(file => file != main)]);
        return new ProgramCheck
        {
            Program = program,
            Files = code.Count,
            Functions = reachable.Count,
            Calls = [.. reachable.Calls.Where(call => table.SystemCalls.ContainsKey(call.Key)).Select(call => Needed(table.SystemCalls[call.Key], call.Value, main))],
            UnknownCalls = [.. reachable.Unknown.Select(function => function.ToString()).Order(StringComparer.Ordinal)],
            Paths = [.. Mentioned(code, MentionedNames.Paths, table.HasFile)],
            Libraries = [.. Mentioned(code, MentionedNames.Libraries, name => IsInImage(code, name)).Where(name => !code.Exists(file => file.Needed.Contains(name.Name)))],
            IsaLevel = code.Max(file => file.IsaLevel),
        };
    }

    private static NeededCall Needed(SystemCallSupport support, List<ReachedFunction> makers, CodeFile program)
    {
        // system(3) and popen(3) lead to their process through some more of the C library; nothing else there makes one by itself.
        int steps = support.Number is ProcessFlags.Fork or ProcessFlags.Vfork ? 6 : 3;
        foreach (ReachedFunction maker in makers)
        {
            if (maker.FindAsker(program, steps) is { } asker)
            {
                return new NeededCall(support, asker == maker ? maker.Title : $"{maker.Title}, from {asker.Title}", IsAskedFor: true);
            }
        }

        return new NeededCall(support, makers[0].ToString(), IsAskedFor: false);
    }

    private static bool IsInImage(List<CodeFile> code, string library) => code.Exists(file => file.Soname == library || file.Name == library);

    private static IEnumerable<MentionedName> Mentioned(List<CodeFile> code, Func<CodeFile, IEnumerable<string>> names, Func<string, bool> isThere)
    {
        HashSet<string> seen = new(StringComparer.Ordinal);
        foreach (CodeFile file in code)
        {
            foreach (string name in names(file))
            {
                if (seen.Add(name))
                {
                    yield return new MentionedName(name, file.Name, isThere(name));
                }
            }
        }
    }
}
