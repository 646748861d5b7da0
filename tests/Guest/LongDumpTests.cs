using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using Microsoft.Diagnostics.Runtime;
using Xunit;

namespace Mote.Tests.Guest;

/// <summary>Core files of .NET programs: dotnet-dump asks for one and reads it, ClrMD reads one, and a crash leaves one.</summary>
[Trait("Category", "Long")]
public sealed class LongDumpTests
{
    private const int Seconds = 600;

    [Fact]
    public void Dotnet_dump_collects_and_analyzes()
    {
        using WatchedMachine machine = WatchedMachine.Start("samples/Watched");
        string core = Path.Combine(machine.Folder, "collected");
        LongDiagnosticsTests.Run(machine, "dotnet-dump", "collect", "-p", machine.Id.ToString(CultureInfo.InvariantCulture), "-o", core);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(core));
        string seen = LongDiagnosticsTests.Run(machine, "dotnet-dump", "analyze", core, "-c", "clrthreads", "-c", "clrstack -all", "-c", "dumpheap -stat", "-c", "exit");
        foreach (string expected in (string[])["(Finalizer)", "Program.<Main>$", "Work.Run", "Rounds", "Total "])
        {
            Assert.Contains(expected, seen, StringComparison.Ordinal);
        }

        Assert.Equal(0, machine.Finish().Status);
    }

    [Fact]
    public void ClrMD_sees_threads_stacks_and_objects()
    {
        using WatchedMachine machine = WatchedMachine.Start("samples/Watched");
        string core = Path.Combine(machine.Folder, "made");

        // Tools can see the program before its Main has begun.
        bool isSeen = false;
        for (int attempt = 0; attempt < 20 && !isSeen; attempt++)
        {
            File.Delete(core);
            RunOutcome made = MoteTool.Run(["core", machine.Id.ToString(CultureInfo.InvariantCulture), core], seconds: Seconds);
            Assert.True(made.Status == 0, made.ErrorText);
            using DataTarget target = DataTarget.LoadDump(core);
            using ClrRuntime runtime = RuntimeOf(target);
            string[] frames = [.. runtime.Threads.SelectMany(thread => thread.EnumerateStackTrace()).Select(frame => frame.Method?.Signature ?? "")];
            isSeen = runtime.Threads.Any(thread => thread.IsFinalizer)
                && frames.Any(frame => frame.Contains("Program.<Main>$", StringComparison.Ordinal))
                && frames.Any(frame => frame.Contains("Work.Run", StringComparison.Ordinal))
                && runtime.Heap.CanWalkHeap && runtime.Heap.EnumerateObjects().Any(item => item.Type?.Name == "Rounds");
        }

        Assert.True(isSeen);
        Assert.Equal(0, machine.Finish().Status);
    }

    [Fact]
    public void A_compiled_program_is_seen_by_gdb()
    {
        using WatchedMachine machine = WatchedMachine.Start("samples/WatchedAot");
        string core = Path.Combine(machine.Folder, "made");
        RunOutcome made = MoteTool.Run(["core", machine.Id.ToString(CultureInfo.InvariantCulture), core], seconds: Seconds);
        Assert.True(made.Status == 0, made.ErrorText);
        RunOutcome seen = ChildRun.Run("gdb", ["-nx", "-batch", "-ex", "thread apply all bt", "-c", core], new ChildOptions { Seconds = Seconds, Environment = new Dictionary<string, string> { ["DEBUGINFOD_URLS"] = "" } });
        Assert.Contains("read", seen.OutputText, StringComparison.Ordinal);
        Assert.True(seen.OutputText.Split('\n').Count(line => line.StartsWith("Thread ", StringComparison.Ordinal)) >= 3, seen.OutputText);
        Assert.Equal(0, machine.Finish().Status);
    }

    /// <summary>
    /// ClrMD sees by itself no version in a core that createdump did not make, Linux's own included; beside the runtime is what reads it.
    /// </summary>
    private static ClrRuntime RuntimeOf(DataTarget target)
    {
        ClrInfo info = target.ClrVersions.Single();
        return info.CreateRuntime(Path.Combine(Path.GetDirectoryName(info.ModuleInfo.FileName)!, "libmscordaccore.so"), ignoreMismatch: true);
    }

    [Fact]
    public void A_failure_leaves_a_core_in_which_the_exception_is()
    {
        string folder = Directory.CreateTempSubdirectory("mote-").FullName;
        try
        {
            string core = Path.Combine(folder, "core");
            RunOutcome outcome = MoteTool.Run(["run", "--core", core, Path.Combine("samples", "Ends"), "--", "thread"], seconds: Seconds);
            Assert.Equal(134, outcome.Status);
            using DataTarget target = DataTarget.LoadDump(core);
            using ClrRuntime runtime = RuntimeOf(target);
            Assert.Contains(runtime.Threads, thread => thread.CurrentException?.Type.Name == "System.InvalidOperationException");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
