using System.Collections.Generic;
using System.CommandLine;
using Mote.Cli.Bench;

namespace Mote.Cli.Commands;

/// <summary><c>mote bench</c>: figures, each with how it was taken.</summary>
internal static class BenchCommand
{
    private static readonly IReadOnlyList<IBenchmark> s_all = [new KernelSize(), new BootTime()];

    public static Command CreateSyntax()
    {
        Command command = new("bench", "Measure, and say how it was measured");
        foreach (IBenchmark benchmark in s_all)
        {
            Command one = new(benchmark.Name, benchmark.Description);
            one.SetAction(_ => Run([benchmark]));
            command.Add(one);
        }

        Command all = new("all", "All of them");
        all.SetAction(_ => Run(s_all));
        command.Add(all);
        command.SetAction(_ => Run(s_all));
        return command;
    }

    private static int Run(IReadOnlyList<IBenchmark> benchmarks)
    {
        bool reached = true;
        foreach (IBenchmark benchmark in benchmarks)
        {
            foreach (Figure figure in benchmark.Run())
            {
                string verdict = figure.Reached switch { true => "  reached: ", false => "  MISSED: ", null => "" };
                HostOutput.StandardOutput.WriteLine($"{figure.Name,-32} {figure.Value,16}{verdict}{figure.Target}");
                HostOutput.StandardOutput.WriteLine($"  ({figure.How})");
                reached &= figure.Reached != false;
            }
        }

        return reached ? ExitStatus.Success : ExitStatus.Failure;
    }
}
