using System;
using System.IO;
using System.Linq;
using Mote.Compatibility;
using Mote.Compatibility.Code;
using Xunit;

namespace Mote.Tests.Unit.Compatibility;

/// <summary>What is read from a program's code, against programs whose calls are known.</summary>
public sealed class ProgramCheckTests
{
    private const int Getppid = 110, Getuid = 102, Getgid = 104, Getpgrp = 111, Sync = 162, Fork = 57, Socket = 41;

    private const string Source = """
        #include <sys/syscall.h>
        #include <unistd.h>
        #include <stdlib.h>

        static long raw(long number)
        {
            long result;
            __asm__ volatile("syscall" : "=a"(result) : "a"(number) : "rcx", "r11", "memory");
            return result;
        }

        __attribute__((noinline)) long through(long number) { return raw(number); }
        __attribute__((noinline)) long chosen(int which)
        {
            long number = 102;
            if (which > 3)
            {
                through(110);
                number = 104;
            }
            return raw(number);
        }
        __attribute__((noinline)) long never(void) { return raw(162); }
        __attribute__((noinline)) long computed(long number) { return raw(number * 3); }

        static long pointed(void) { return raw(111); }
        long (*volatile const table[])(void) = {pointed};

        int main(int count, char **words)
        {
            const char *path = "/proc/self/maps";
            const char *other = "/proc/sys/mote/missing";
            return (int)(through(110) + chosen(count) + table[0]() + (count > 5 ? computed(count) : 0) + path[count] + other[count]);
        }
        """;

    [Theory]
    [InlineData("musl-gcc", "-static")]
    [InlineData("gcc", "-static")]
    [InlineData("gcc", "-static-pie")]
    [InlineData("gcc", "-no-pie")]
    [InlineData("gcc", "-pie")]
    public void Numbers_are_followed_to_the_instruction(string compiler, string kind)
    {
        using CompiledProgram program = new(compiler, Source, kind);
        ProgramCheck check = Check(program);
        int[] calls = [.. check.Calls.Select(call => call.Support.Number)];
        Assert.Contains(Getppid, calls);
        Assert.Contains(Getuid, calls);
        Assert.Contains(Getgid, calls);
        Assert.Contains(Getpgrp, calls);
        Assert.DoesNotContain(Sync, calls);
        Assert.Contains(check.UnknownCalls, name => name.Contains("computed", StringComparison.Ordinal));
        Assert.Contains(check.Paths, path => path is { Name: "/proc/self/maps", IsThere: true });
        Assert.Contains(check.Paths, path => path is { Name: "/proc/sys/mote/missing", IsThere: false });
    }

    [Fact]
    public void What_a_small_program_cannot_reach_is_not_named()
    {
        using CompiledProgram program = new("musl-gcc", "#include <unistd.h>\nint main(void) { return write(1, \"x\\n\", 2) != 2; }", "-static");
        ProgramCheck check = Check(program);
        int[] calls = [.. check.Calls.Select(call => call.Support.Number)];
        Assert.Contains(1, calls);
        Assert.DoesNotContain(Fork, calls);
        Assert.DoesNotContain(Socket, calls);
        Assert.True(check.IsComplete);
    }

    [Fact]
    public void A_call_that_is_missing_says_who_asks_for_it()
    {
        SupportTable table = SupportTable.Parse("| 110 | `getppid` | no | not today |\n| 1 | `write` | yes |  |\n", "- `/dev/null`\n");
        using CompiledProgram program = new("musl-gcc", "#include <unistd.h>\nint main(void) { return getppid() == 0; }", "-static");
        ProgramCheck check = ProgramCheck.Run("/app/program", [new ProgramFile("/app/program", program.HostPath)], table);
        NeededCall call = Assert.Single(check.Calls, call => call.Support.Number == Getppid);
        Assert.True(call.IsAskedFor);
        Assert.Equal(SupportLevel.No, call.Support.Level);
        Assert.Equal("not today", call.Support.Note);
        Assert.Contains("getppid", call.By, StringComparison.Ordinal);
        Assert.False(check.IsComplete);
    }

    [Fact]
    public void A_file_that_is_no_program_is_refused()
    {
        string file = Path.GetTempFileName();
        File.WriteAllText(file, "#!/bin/sh\n");
        InvalidDataException error = Assert.Throws<InvalidDataException>(() => ProgramCheck.Run("/app/x", [new ProgramFile("/app/x", file)], SupportTable.Load()));
        Assert.Contains("/app/x", error.Message, StringComparison.Ordinal);
        File.Delete(file);
    }

    [Fact]
    public void Damaged_files_are_refused_or_read()
    {
        using CompiledProgram program = new("musl-gcc", "int main(void) { return 0; }", "-static");
        byte[] good = File.ReadAllBytes(program.HostPath);
        Random random = new(7);
        for (int round = 0; round < 300; round++)
        {
            byte[] bad = (byte[])good.Clone();
            for (int i = 0; i < 20; i++)
            {
                // The headers, then anywhere.
                bad[random.Next(i < 10 ? 512 : bad.Length)] = (byte)random.Next(256);
            }

            try
            {
                if (CodeFile.TryRead("/app/bad", bad) is { } file)
                {
                    _ = ReachableCode.Follow(file, []);
                }
            }
            catch (InvalidDataException)
            {
            }
        }
    }

    private static ProgramCheck Check(CompiledProgram program) => ProgramCheck.Run("/app/program", [new ProgramFile("/app/program", program.HostPath)], SupportTable.Load());
}
