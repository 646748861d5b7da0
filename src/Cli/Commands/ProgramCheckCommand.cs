using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using Mote.Compatibility;
using Mote.Imaging;

namespace Mote.Cli.Commands;

/// <summary><c>mote check PROGRAM</c>: will it run? What its code can reach, held against what the kernel has.</summary>
internal static class ProgramCheckCommand
{
    /// <returns>0 when all that it asks for is there, 1 when something is not.</returns>
    public static int Run(ImageRequest request, bool all)
    {
        MachineImage image;
        using (BuildProgress progress = new(verbose: false))
        {
            image = new ImageBuilder(progress).BuildCached(request, Path.Combine(Installation.CacheFolder(), "images"));
        }

        ProgramFile[] files = [.. image.Manifest.Files.Where(file => file is { Kind: "file", Source: not null }).Select(file => new ProgramFile(file.Path, file.Source!))];
        ProgramCheck check;
        try
        {
            check = ProgramCheck.Run(Resolve(image), files, SupportTable.Load());
        }
        catch (InvalidDataException e)
        {
            throw new CliException(e.Message, ExitStatus.BadInput);
        }

        return HostOutput.StandardOutput.WriteText(Format(check, all)) == WriteResult.ReaderGone ? ExitStatus.BrokenPipe : check.IsComplete ? ExitStatus.Success : ExitStatus.Failure;
    }

    /// <summary>The file that the image starts, links followed.</summary>
    private static string Resolve(MachineImage image)
    {
        string path = image.Config.EntryPoint;
        for (int links = 0; links < 40 && image.Manifest.Files.FirstOrDefault(file => file.Path == path) is { Kind: "link", Target: string target }; links++)
        {
            path = Path.GetFullPath(target, Path.GetDirectoryName(path) ?? "/");
        }

        return path;
    }

    private static string Format(ProgramCheck check, bool all)
    {
        StringBuilder text = new();
        int missing = check.Calls.Count(call => call.Support.Level == SupportLevel.No);
        int missed = check.Calls.Count(call => call.IsMissed);
        int partly = check.Calls.Count(call => call.Support.Level == SupportLevel.Partly);
        text.Append($"program       {check.Program}\n");
        text.Append($"read          {check.Files} ELF files, {check.Functions} functions that it can reach\n");
        text.Append($"system calls  {check.Calls.Count} that it can reach: {check.Calls.Count - missing - partly} there, {partly} partly, {missing} not\n");
        text.Append($"processor     {(check.IsaLevel == 0 ? "says nothing of what it needs" : $"needs x86-64-v{check.IsaLevel}")}\n");
        Section(text, "not there", check.Calls.Where(call => call.IsMissed).Select(Missed));
        Section(text, "not there, and done without", check.Calls.Where(call => call is { Support.Level: SupportLevel.No, DoneWithout: not null }).Select(call => (call.Support.Name, call.DoneWithout!, call.By)));
        Section(text, "not there, but only reached deep inside a library", check.Calls.Where(call => call is { Support.Level: SupportLevel.No, IsAskedFor: false, DoneWithout: null }).Select(Row));
        Section(text, "partly there", check.Calls.Where(call => call.Support.Level == SupportLevel.Partly).Select(Row));
        if (all)
        {
            Section(text, "there", check.Calls.Where(call => call.Support.Level == SupportLevel.Yes).Select(Row));
        }

        Section(text, "system calls whose number only running tells", check.UnknownCalls.Select(function => (function, "", "")));
        Section(text, "files that it names and that are not there", check.Paths.Where(name => !name.IsThere).Select(name => (name.Name, "", name.In)));
        if (all)
        {
            Section(text, "files that it names and that are there", check.Paths.Where(name => name.IsThere).Select(name => (name.Name, "", name.In)));
        }

        Section(text, "libraries that it names and that are not in the image (--add puts them in)", check.Libraries.Where(name => !name.IsThere).Select(name => (name.Name, "", name.In)));
        text.Append(missed == 0
            ? "\nAll system calls that it asks for are there.\n"
            : $"\n{missed} system calls that it asks for are not there: it runs as long as it does not depend on them. mote run --report shows what it really calls.\n");
        if (ForkingPrograms.HintFor(check.Program) is { } hint)
        {
            text.Append(hint).Append('\n');
        }

        return text.ToString();
    }

    private static (string Name, string Note, string By) Missed(NeededCall call) => call.Support.Name switch
    {
        "fork" => (call.Support.Name, $"makes a process of itself, as servers do for each connection or to leave the terminal; {call.Support.Note}", call.By),
        "vfork" => (call.Support.Name, $"starts another program (system, popen, posix_spawn); {call.Support.Note}", call.By),
        _ => Row(call),
    };

    private static (string Name, string Note, string By) Row(NeededCall call) => (call.Support.Name, call.Support.Note, call.By);

    private static void Section(StringBuilder text, string title, IEnumerable<(string Name, string Note, string By)> rows)
    {
        (string Name, string Note, string By)[] list = [.. rows];
        if (list.Length == 0)
        {
            return;
        }

        int width = Math.Min(list.Max(row => row.Name.Length), 40);
        text.Append('\n').Append(title).Append('\n');
        foreach ((string name, string note, string by) in list)
        {
            text.Append("  ").Append(name.PadRight(width));
            text.Append(note.Length > 0 ? "  " + note : "");
            text.Append(by.Length > 0 ? $"  [{by}]" : "").Append('\n');
        }
    }
}
