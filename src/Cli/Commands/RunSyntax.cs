using System;
using System.Collections.Generic;
using System.CommandLine;
using System.CommandLine.Parsing;
using Mote.Cli.Vmm;

namespace Mote.Cli.Commands;

/// <summary>The command line of <c>mote run</c>.</summary>
internal static class RunSyntax
{
    public static Command Create(IReadOnlyList<string> programArguments)
    {
        ImageSyntax image = new();
        Option<MemorySize> memory = new("--memory", "-m")
        {
            Description = "Memory of the machine, such as 64M or 1G",
            HelpName = "size",
            DefaultValueFactory = _ => MemorySize.FromMebibytes(512),
            CustomParser = result => Parse<MemorySize>(result, MemorySize.TryParse, "a size such as 64M or 1G"),
        };
        Option<TimeSpan?> timeout = new("--timeout")
        {
            Description = "End the machine after this time, such as 10s or 2m, with status 124",
            HelpName = "time",
            CustomParser = result => Parse<TimeSpan>(result, DurationText.TryParse, "a time such as 10s or 2m"),
        };
        Option<Accelerator> accelerator = new("--accel")
        {
            Description = "auto, kvm or tcg; auto takes KVM where a guest proved that it works",
            HelpName = "accelerator",
            CustomParser = result => Choice(result, ("auto", Accelerator.Auto), ("kvm", Accelerator.Kvm), ("tcg", Accelerator.Tcg)),
        };
        Option<MachineModel> machine = new("--machine")
        {
            Description = "microvm or q35",
            HelpName = "model",
            CustomParser = result => Choice(result, ("microvm", MachineModel.Microvm), ("q35", MachineModel.Q35)),
        };
        Option<bool> verbose = new("--verbose", "-v") { Description = "Show the kernel's log and the details of the build on standard error" };
        Option<bool> strace = new("--strace") { Description = "Show every system call on standard error" };
        Option<bool> debugger = new("--gdb") { Description = "Wait for gdb before the first instruction and print how to connect" };

        Command command = new("run", "Build the image of a program unless it is up to date, boot it, and stream its input and output")
        {
            image.Program, memory, image.Environment, image.WorkingDirectory, image.Added, image.Rules, timeout, accelerator, machine, verbose, strace, debugger,
        };
        command.SetAction(parsed => RunCommand.Run(new RunOptions
        {
            Image = image.RequestOf(parsed, programArguments),
            Memory = parsed.GetValue(memory),
            Timeout = parsed.GetValue(timeout),
            Accelerator = parsed.GetValue(accelerator),
            Machine = parsed.GetValue(machine),
            Verbose = parsed.GetValue(verbose),
            Strace = parsed.GetValue(strace),
            Debugger = parsed.GetValue(debugger),
        }));
        return command;
    }

    private delegate bool TryParse<T>(ReadOnlySpan<char> text, out T value);

    private static T Parse<T>(ArgumentResult result, TryParse<T> parse, string expected)
    {
        string text = result.Tokens[^1].Value;
        if (!parse(text, out T value))
        {
            result.AddError($"{OptionName(result)}: '{text}' is not {expected}");
        }

        return value;
    }

    private static T Choice<T>(ArgumentResult result, params ReadOnlySpan<(string Name, T Value)> choices)
    {
        string text = result.Tokens[^1].Value;
        List<string> names = [];
        foreach ((string name, T value) in choices)
        {
            if (text.Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                return value;
            }

            names.Add(name);
        }

        result.AddError($"{OptionName(result)}: '{text}' is not one of {string.Join(", ", names)}");
        return default!;
    }

    private static string OptionName(ArgumentResult result) => (result.Parent as OptionResult)?.Option.Name ?? "";
}
