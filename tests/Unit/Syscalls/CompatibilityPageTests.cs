using System;
using System.IO;
using System.Text;
using Mote.Kernel.Fs.Ram;
using Mote.Kernel.Logging;
using Mote.Kernel.Net.Sockets;
using Mote.Kernel.Processes;
using Mote.Kernel.Syscalls;
using Mote.Kernel.Syscalls.Files;
using Mote.Kernel.Syscalls.Sockets;
using Mote.Kernel.Tasks;
using Mote.Kernel.Time;
using Mote.Kernel.Vfs;
using Mote.Machine;
using Mote.Tests.Unit.Sockets;
using Xunit;

namespace Mote.Tests.Unit.Syscalls;

/// <summary>docs/compat/system-calls.md says what the table says. Set MOTE_UPDATE_DOCS=1 to write it anew.</summary>
public class CompatibilityPageTests
{
    [Fact]
    public void The_page_in_the_repository_is_the_tables()
    {
        string page = BuildTable().ToMarkdown();
        string path = Path.Combine(RepositoryRoot.Find(), "docs", "compat", "system-calls.md");
        if (Environment.GetEnvironmentVariable("MOTE_UPDATE_DOCS") == "1")
        {
            File.WriteAllText(path, page);
        }

        Assert.Equal(page, File.ReadAllText(path));
    }

    [Fact]
    public void The_catalogue_that_guest_tests_compile_is_the_tables()
    {
        string header = ToHeader(BuildTable());
        string path = Path.Combine(RepositoryRoot.Find(), "tests", "Guest", "c", "syscalls.h");
        if (Environment.GetEnvironmentVariable("MOTE_UPDATE_DOCS") == "1")
        {
            File.WriteAllText(path, header);
        }

        Assert.Equal(header, File.ReadAllText(path));
    }

    [Fact]
    public void Every_entry_with_a_handler_has_a_name()
    {
        SyscallTable table = BuildTable();
        for (int number = 0; number < 512; number++)
        {
            if (table.SupportOf(number) != SyscallSupport.None)
            {
                Assert.NotNull(SyscallCatalog.Describe(number).Name);
            }

            if (table.SupportOf(number) == SyscallSupport.Partial)
            {
                Assert.False(string.IsNullOrEmpty(table.NoteOf(number)));
            }
        }
    }

    /// <summary>Every call that has a handler, with its argument kinds, as C: what the fuzzer and the test of bad pointers go through.</summary>
    private static string ToHeader(SyscallTable table)
    {
        StringBuilder header = new();
        header.Append("// Generated from the system-call table: do not edit. `MOTE_UPDATE_DOCS=1 ./mote test unit` writes it anew.\n#pragma once\n\nenum kind {\n");
        foreach (ArgumentKind kind in Enum.GetValues<ArgumentKind>())
        {
            header.Append("    Kind").Append(kind).Append(",\n");
        }

        header.Append("};\n\nstruct call {\n    int number;\n    const char *name;\n    int isThere; // 0: refused on purpose\n    enum kind kinds[6];\n};\n\nstatic const struct call calls[] = {\n");
        for (int number = 0; number <= SyscallCatalog.HighestNumber; number++)
        {
            if (table.SupportOf(number) == SyscallSupport.None && table.NoteOf(number) == null)
            {
                continue;
            }

            SyscallShape shape = SyscallCatalog.Describe(number);
            header.Append("    { ").Append(number).Append(", \"").Append(shape.Name).Append(table.SupportOf(number) == SyscallSupport.None ? "\", 0, {" : "\", 1, {");
            for (int i = 0; i < shape.Count; i++)
            {
                header.Append(i == 0 ? " Kind" : ", Kind").Append(shape[i]);
            }

            header.Append(shape.Count == 0 ? "} },\n" : " } },\n");
        }

        return header.Append("};\n").ToString();
    }

    /// <summary>The table as the kernel's image puts it together.</summary>
    private static SyscallTable BuildTable()
    {
        HostedMachine.Start();
        KernelLog log = new();
        Scheduler scheduler = new();
        WallClock wallClock = new(0);
        SyscallTable table = new(log);
        StillClock clock = new();
        DeviceTable devices = new();
        FileTree tree = new(new RamFileSystem(clock, devices, 1 << 20, 0x1ed), clock);
        ProcessHost host = new(scheduler, table, tree, wallClock, log, new NoCrashes());
        new FileServices(tree, new MemoryFiles(clock, devices, 1 << 20), scheduler, wallClock, new SocketSystem(tree, new CurrentCaller(), new Network(scheduler.Timers, new FixedRandom()))).AddTo(table);
        KernelCalls.AddTo(table, host);
        return table;
    }

    private sealed class StillClock : FileClock
    {
        public override FileTime Now => default;
    }

    private sealed class NoCrashes : CrashSink
    {
        public override void Write(ReadOnlySpan<byte> line)
        {
        }
    }
}
