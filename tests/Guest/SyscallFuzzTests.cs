using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using Xunit;

namespace Mote.Tests.Guest;

/// <summary>
/// c/fuzz.c on Mote: any seed must end with status 0. MOTE_FUZZ_SEED names another seed, MOTE_FUZZ_MINUTES how long to go on with one seed after the other
/// (<c>mote test fuzz-syscalls --seed N --minutes M</c>).
/// </summary>
public sealed class SyscallFuzzTests
{
    private const int Calls = 100_000;
    private const int SecondsOfOneRun = 300;
    private const int CallsShown = 12;

    private static readonly GuestProgram s_fuzzer = new() { Name = "fuzz", Group = "fuzz", C = "fuzz.c", Build = "musl" };

    public static TheoryData<ulong> Seeds => Environment.GetEnvironmentVariable("MOTE_FUZZ_SEED") is string seed
        ? [ulong.Parse(seed, CultureInfo.InvariantCulture)]
        : [1, 2];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void The_kernel_goes_on(ulong seed)
    {
        string? minutes = Environment.GetEnvironmentVariable("MOTE_FUZZ_MINUTES");
        DateTime end = DateTime.UtcNow.AddMinutes(minutes is null ? 0 : double.Parse(minutes, CultureInfo.InvariantCulture));
        do
        {
            RunOnce(seed++);
        }
        while (DateTime.UtcNow < end);
    }

    private static void RunOnce(ulong seed)
    {
        RunOutcome outcome = Run(seed, traces: false);
        if (outcome.Status == 0)
        {
            return;
        }

        // The same once more with each call written before it is made. Threads may be switched elsewhere, so it may take another way.
        RunOutcome traced = Run(seed, traces: true);
        string[] lines = traced.ErrorText.Split('\n');
        int end = Array.FindLastIndex(lines, line => line.Length > 0 && char.IsAsciiDigit(line[0])) + 1;
        IEnumerable<string> last = lines[..end].TakeLast(CallsShown);
        Assert.Fail(
            $"The fuzzer ends with status {outcome.Status}. Again: ./mote test fuzz-syscalls --seed {seed}\n{outcome.OutputText}{outcome.ErrorText}\n"
            + $"Traced it ends with status {traced.Status} after (thread, call, arguments):\n{string.Join('\n', last)}\n{string.Join('\n', lines[end..])}");
    }

    private static RunOutcome Run(ulong seed, bool traces)
    {
        List<string> arguments = ["run", "--memory", "512M", "--timeout", SecondsOfOneRun + "s", ProgramCompiler.PathOf(s_fuzzer), "--", seed.ToString(CultureInfo.InvariantCulture), Calls.ToString(CultureInfo.InvariantCulture)];
        if (traces)
        {
            arguments.AddRange(["0", "trace"]);
        }

        return MoteTool.Run(arguments, seconds: SecondsOfOneRun + 30);
    }
}
