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
    private const int Getppid = 110, Getuid = 102, Getgid = 104, Getpgrp = 111, Sync = 162, Fork = 57, Vfork = 58, Socket = 41;

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

    private const string Threads = "#include <pthread.h>\nstatic void *run(void *x) { return x; }\nint main(void) { pthread_t t; return pthread_create(&t, 0, run, 0); }";

    [Theory]
    [InlineData("threads", Threads, false, false)]
    [InlineData("fork", "#include <unistd.h>\nint main(void) { return fork(); }", true, false)]
    [InlineData("vfork", "#include <unistd.h>\nint main(void) { if (vfork() == 0) _exit(0); return 0; }", false, true)]
    [InlineData("system", "#include <stdlib.h>\nint main(void) { return system(\"x\"); }", false, true)]
    [InlineData("popen", "#include <stdio.h>\nint main(void) { return popen(\"x\", \"r\") == 0; }", false, true)]
    [InlineData("spawn", "#include <spawn.h>\nint main(int c, char **v) { return posix_spawn(0, v[0], 0, 0, v, v); }", false, true)]
    [InlineData("daemon", "#define _DEFAULT_SOURCE\n#include <unistd.h>\nint main(void) { return daemon(0, 0); }", true, false)]
    [InlineData("raw clone", "#define _GNU_SOURCE\n#include <unistd.h>\n#include <sys/syscall.h>\nint main(void) { return syscall(SYS_clone, 17, 0, 0, 0, 0); }", true, false)]
    [InlineData("clone that shares memory", "#define _GNU_SOURCE\n#include <sched.h>\nstatic int f(void *x) { return 0; }\nchar s[999];\nint main(void) { return clone(f, s + 900, CLONE_VM | CLONE_VFORK | 17, 0); }", false, true)]
    [InlineData("clone of a process", "#define _GNU_SOURCE\n#include <sched.h>\nstatic int f(void *x) { return 0; }\nchar s[999];\nint main(int c, char **v) { return clone(f, s + 900, c > 1 ? 17 : CLONE_NEWNS | 17, 0); }", true, false)]
    public void Processes_are_told_from_threads(string what, string source, bool forks, bool vforks)
    {
        foreach ((string compiler, string kind) in (ReadOnlySpan<(string, string)>)[("musl-gcc", "-static"), ("gcc", "-static"), ("gcc", "-pie")])
        {
            using CompiledProgram program = new(compiler, source, kind);
            ProgramCheck check = kind == "-pie" ? Check(program, "/lib64/ld-linux-x86-64.so.2", "/lib/x86_64-linux-gnu/libc.so.6") : Check(program);
            Assert.True(forks == IsMissed(check, Fork), $"{what}, {compiler} {kind}: fork {!forks}");

            // musl's popen and system are posix_spawn, glibc's daemon is fork; musl's daemon forks too.
            Assert.True(vforks == IsMissed(check, Vfork), $"{what}, {compiler} {kind}: vfork {!vforks}");
            Assert.Equal(!forks && !vforks, check.IsComplete);
        }
    }

    [Fact]
    public void What_is_done_without_fails_nothing()
    {
        using CompiledProgram program = new("musl-gcc", "#define _GNU_SOURCE\n#include <unistd.h>\n#include <sys/syscall.h>\nint main(void) { return syscall(SYS_rseq, 0, 0, 0, 0) + syscall(SYS_io_uring_setup, 0, 0); }", "-static");
        ProgramCheck check = Check(program);
        Assert.Contains(check.Calls, call => call is { Support.Name: "rseq", IsAskedFor: true, DoneWithout: not null });
        Assert.True(check.IsComplete);
    }

    [Theory]
    [InlineData("/usr/bin/redis-server", "", "--save ''")]
    [InlineData("/usr/bin/redis-server", "--port 1", "--save ''")]
    [InlineData("/usr/bin/redis-server", "--save ", null)]
    [InlineData("/usr/bin/redis-server", "/saves.conf", "--save ''")]
    [InlineData("/usr/bin/redis-server", "/quiet.conf", null)]
    [InlineData("/usr/bin/redis-server", "/quiet.conf|--save|60 1", "--save ''")]
    [InlineData("/usr/bin/redis-server", "--version", null)]
    [InlineData("/usr/sbin/nginx", "", "master_process off")]
    [InlineData("/usr/sbin/nginx", "-g|daemon off; master_process off;", null)]
    [InlineData("/usr/sbin/nginx", "-c|/alone.conf", null)]
    [InlineData("/usr/sbin/nginx", "-t", null)]
    [InlineData("/usr/sbin/apache2", "-D|FOREGROUND", "-X")]
    [InlineData("/usr/sbin/apache2", "-X", null)]
    [InlineData("/usr/lib/postgresql/15/bin/postgres", "-D|/data", "--single")]
    [InlineData("/usr/lib/postgresql/15/bin/postgres", "--single|-D|/data", null)]
    [InlineData("/usr/sbin/sshd", "-D", "log in")]
    [InlineData("/usr/lib/R/bin/exec/R", "--no-echo", "R: There is no fork in this machine yet. R's packages utils and stats")]
    [InlineData("/usr/bin/Rscript", "--default-packages=methods,graphics|a.R", null)]
    [InlineData("/usr/bin/Rscript", "a.R|--default-packages=methods", "utils and stats")]
    [InlineData("/usr/bin/Rscript", "--default-packages=methods,stats|a.R", "utils and stats")]
    [InlineData("/elsewhere/R", "", null)]
    [InlineData("/usr/bin/erl", "-noshell", "Erlang's machine")]
    [InlineData("/usr/lib/erlang/bin/escript", "a.erl", "Erlang's machine")]
    [InlineData("/usr/bin/sqlite3", "", null)]
    public void Programs_that_need_fork_are_told_of_at_their_start(string program, string arguments, string? says)
    {
        string[] words = arguments.Length == 0 ? [] : arguments == "--save " ? ["--save", ""] : arguments.Contains('|', StringComparison.Ordinal) ? arguments.Split('|') : arguments.Split(' ');
        string? warning = ForkingPrograms.WarningFor(program, words, file => file switch
        {
            "/saves.conf" => "port 1\nsave 900 1\n",
            "/quiet.conf" => "port 1\nsave 900 1\n save \"\"\n",
            "/alone.conf" => "daemon off;\nmaster_process  off;\nevents {}\n",
            _ => null,
        });
        Assert.Equal(says is null, warning is null);
        Assert.Contains(says ?? "", warning ?? "", StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("methods,graphics", false)]
    [InlineData("methods,utils", true)]
    [InlineData("", true)]
    public void The_variable_of_Rs_packages_counts(string packages, bool isTold) =>
        Assert.Equal(isTold, ForkingPrograms.WarningFor("/usr/bin/Rscript", ["a.R"],
            name => name == "$R_DEFAULT_PACKAGES" ? packages : null) is not null);

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

    private static bool IsMissed(ProgramCheck check, int number) => check.Calls.Any(call => call.Support.Number == number && call.IsMissed);

    private static ProgramCheck Check(CompiledProgram program, params ReadOnlySpan<string> libraries)
    {
        ProgramFile[] files = [new("/app/program", program.HostPath), .. libraries.ToArray().Select(path => new ProgramFile(path, path))];
        return ProgramCheck.Run("/app/program", files, SupportTable.Load());
    }

    private static ProgramCheck Check(CompiledProgram program) => ProgramCheck.Run("/app/program", [new ProgramFile("/app/program", program.HostPath)], SupportTable.Load());
}
