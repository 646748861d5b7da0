using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using Mote.Cli.Vmm;
using Mote.Imaging;

namespace Mote.Cli.Bench;

/// <summary>Wall time from the start of QEMU to the first byte of a static program's output, and to the end of the machine.</summary>
internal sealed class BootTime : IBenchmark
{
    private const int Runs = 11;

    public string Name => "boot";

    public string Description => "Time from starting the machine to the program's first output";

    public IEnumerable<Figure> Run()
    {
        string qemu = Executables.Qemu();
        string kernel = Installation.Kernel();
        string program = Executables.Find("busybox") ?? throw new CliException("bench boot needs busybox (Debian package busybox-static)", ExitStatus.Missing);
        MachineImage image = new ImageBuilder(new SilentProgress()).BuildCached(
            new ImageRequest { ProgramPath = program, Arguments = ["echo", "hello"] },
            Path.Combine(Installation.CacheFolder(), "images"));
        foreach (MachineModel model in new[] { MachineModel.Microvm, MachineModel.Q35 })
        {
            MachineOptions options = new()
            {
                KernelPath = kernel,
                RootImagePath = image.RootImagePath,
                KernelCommandLine = new KernelCommandLine().Executable(image.Config.EntryPoint).Arguments(image.Config.Arguments).ToString(),
                Memory = MemorySize.FromMebibytes(128),
                Model = model,
                Accelerator = Accelerator.Tcg,
            };
            List<double> first = [];
            List<double> whole = [];
            for (int i = 0; i < Runs; i++)
            {
                (double firstMs, double wholeMs) = Once(qemu, options);
                first.Add(firstMs);
                whole.Add(wholeMs);
            }

            string name = model.ToString().ToLowerInvariant();
            string how = $"median of {Runs} runs, least {Median.Least(first):0} ms; busybox echo, 128M, TCG, from the start of QEMU's process";
            yield return new Figure($"{name}: first output", $"{Median.Of(first):0} ms", "", null, how);
            yield return new Figure($"{name}: end of machine", $"{Median.Of(whole):0} ms", "", null, "the same runs, to the end of QEMU's process");
        }
    }

    private static (double FirstMs, double WholeMs) Once(string qemu, MachineOptions options)
    {
        double first = double.NaN;
        long start = Stopwatch.GetTimestamp();
        MachineRun run = new(new MachineConsole
        {
            ReadInput = _ => 0,
            WriteOutput = (_, _) =>
            {
                first = double.IsNaN(first) ? Stopwatch.GetElapsedTime(start).TotalMilliseconds : first;
                return WriteResult.Done;
            },
            WriteError = (_, _) => WriteResult.Done,
            OnControlLine = _ => { },
        });
        using System.Threading.Timer limit = new(_ => run.Stop(ExitStatus.TimedOut), null, 30_000, System.Threading.Timeout.Infinite);
        MachineOutcome outcome = run.Run(qemu, options);
        if (outcome is not { End: MachineEnd.Exited, Status: 0 } || double.IsNaN(first))
        {
            throw new CliException($"the machine did not run the program to its end ({outcome.End}, status {outcome.Status})", ExitStatus.MachineFailed);
        }

        return (first, Stopwatch.GetElapsedTime(start).TotalMilliseconds);
    }
}
