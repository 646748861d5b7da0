using System.Collections.Generic;
using System.CommandLine;
using System.Globalization;
using System.Linq;

namespace Mote.Cli.Commands;

/// <summary><c>mote test</c>: runs the test projects of the repository, one after the other, and closes with one line that counts.</summary>
internal static class TestCommand
{
    // A folder below tests/.
    private const string GuestKind = "guest";

    // Machines under KVM, in a computer that is emulated.
    private const string KvmKind = "kvm";

    // Not a folder but a part of tests/Guest, which can run as long as asked.
    private const string FuzzKind = "fuzz-syscalls";

    // The tests of tests/Guest and tests/Kvm that take minutes: they run for this kind only.
    private const string LongKind = "long";
    private const string IsLong = "Category=Long", IsNotLong = "Category!=Long";

    public static Command CreateSyntax(IReadOnlyList<string> testArguments)
    {
        Argument<string[]> kinds = new("kind")
        {
            Description = $"Folders below tests/, such as unit, architecture, runtime or guest, {LongKind} or {FuzzKind}; without one, all but the last two",
            Arity = ArgumentArity.ZeroOrMore,
        };
        Option<ulong?> seed = new("--seed") { Description = $"What {FuzzKind} starts from; without it, a few fixed ones" };
        Option<double?> minutes = new("--minutes") { Description = $"How long {FuzzKind} goes on; without it, about a minute" };
        Command command = new("test", "Run the tests; what follows -- goes to 'dotnet test'") { kinds, seed, minutes };
        command.SetAction(parsed => parsed.GetValue(kinds) is [FuzzKind]
            ? RunFuzzer(parsed.GetValue(seed), parsed.GetValue(minutes), testArguments)
            : Run(parsed.GetValue(kinds) ?? [], testArguments));
        return command;
    }

    private static int Run(string[] kinds, IReadOnlyList<string> testArguments)
    {
        string root = Installation.RequireRepository("test");
        TestCounts sum = default;
        IReadOnlyList<TestProject> all = TestProject.FindAll(root);
        string[] folders = [.. kinds.Where(kind => kind != LongKind)];
        foreach (TestProject project in kinds is [] || folders is not [] ? Select(all, folders) : [])
        {
            Write($"== {project.Name}");
            sum += project.Run(root, HasLong(project) ? TestFilter.Narrow(testArguments, IsNotLong) : testArguments, Write);
        }

        if (kinds.Contains(LongKind))
        {
            foreach (TestProject project in LongOf(all, folders, testArguments))
            {
                Write($"== {project.Name}, what takes long");
                sum += project.Run(root, TestFilter.Narrow(testArguments, IsLong), Write);
            }
        }

        return Close(sum);
    }

    /// <summary>Those of the kinds that are named too; without one, all, where a filter may ask for the guest's alone: what matches nothing would count as a failure.</summary>
    private static IReadOnlyList<TestProject> LongOf(IReadOnlyList<TestProject> all, string[] folders, IReadOnlyList<string> testArguments)
    {
        TestProject[] named = [.. all.Where(project => HasLong(project) && folders.Any(project.IsOfKind))];
        return named is not [] ? named : [.. all.Where(project => project.IsOfKind(GuestKind) || (HasLong(project) && testArguments.Count == 0))];
    }

    private static bool HasLong(TestProject project) => project.IsOfKind(GuestKind) || project.IsOfKind(KvmKind);

    private static int RunFuzzer(ulong? seed, double? minutes, IReadOnlyList<string> testArguments)
    {
        string root = Installation.RequireRepository("test");
        TestProject guest = TestProject.FindAll(root).Single(project => project.IsOfKind(GuestKind));
        Dictionary<string, string> environment = [];
        if (seed is ulong number)
        {
            environment["MOTE_FUZZ_SEED"] = number.ToString(CultureInfo.InvariantCulture);
        }

        if (minutes is double time)
        {
            environment["MOTE_FUZZ_MINUTES"] = time.ToString(CultureInfo.InvariantCulture);
        }

        return Close(guest.Run(root, TestFilter.Narrow(testArguments, "FullyQualifiedName~SyscallFuzzTests"), Write, environment));
    }

    private static int Close(TestCounts sum)
    {
        if (sum.Skipped > 0)
        {
            Write($"{sum.Skipped} skipped");
        }

        Write($"{sum.Passed} passed, {sum.Failed} failed");
        return sum.Failed == 0 ? ExitStatus.Success : ExitStatus.Failure;
    }

    /// <exception cref="CliException">A kind has no project.</exception>
    private static IEnumerable<TestProject> Select(IReadOnlyList<TestProject> all, string[] kinds)
    {
        if (kinds.Length == 0)
        {
            return all;
        }

        foreach (string kind in kinds)
        {
            if (!all.Any(project => project.IsOfKind(kind)))
            {
                throw new CliException($"there are no tests of kind '{kind}'; there are: {string.Join(", ", all.Select(project => project.Kind).Append(LongKind).Append(FuzzKind).Distinct())}");
            }
        }

        return all.Where(project => kinds.Any(project.IsOfKind));
    }

    private static void Write(string line) => HostOutput.StandardOutput.WriteLine(line);
}
