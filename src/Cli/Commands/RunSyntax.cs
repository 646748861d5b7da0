using System;
using System.Collections.Generic;
using System.CommandLine;
using Mote.Cli.Terminals;
using Mote.Cli.Vmm;

namespace Mote.Cli.Commands;

/// <summary>The command line of <c>mote run</c>.</summary>
internal static class RunSyntax
{
    public static Command Create(IReadOnlyList<string> programArguments)
    {
        ImageSyntax image = new();
        // Options of a value type of ours would be generic code that no library has precompiled: a tenth of the time to start.
        Option<string?> memory = Checked<MemorySize>("--memory", "size", "Memory of the machine, such as 64M or 1G (default: 512M)", MemorySize.TryParse, "a size such as 64M or 1G");
        memory.Aliases.Add("-m");
        Option<string?> timeout = Checked<TimeSpan>("--timeout", "time", "End the machine after this time, such as 10s or 2m, with status 124", DurationText.TryParse, "a time such as 10s or 2m");
        Option<string?> stopTimeout = Checked<TimeSpan>("--stop-timeout", "time", "How long the program has to end after SIGTERM, SIGINT or --timeout, before SIGKILL (default: 10s)", DurationText.TryParse, "a time such as 10s or 2m");
        Option<string?> accelerator = Checked<Accelerator>("--accel", "accelerator", "auto, kvm or tcg; auto takes KVM where a guest proved that it works", TryParseName, "auto, kvm or tcg");
        Option<string?> machine = Checked<MachineModel>("--machine", "model", "microvm or q35", TryParseName, "microvm or q35");
        Option<string?> network = Checked<NetworkChoice?>("--net", "network", "none, user (QEMU's own), or tap=NAME[,ip=ADDRESS/LENGTH][,gw=ADDRESS][,dns=ADDRESS]", NetworkChoice.TryParse, NetworkChoice.Expected);
        Option<string[]> ports = new("--publish", "-p")
        {
            Description = "Lead a port of this computer to one of the machine, such as 8080:80, 0.0.0.0:8080:80 or 5353:53/udp; loopback unless an address is given; may be given again",
            HelpName = "port:port",
            Arity = ArgumentArity.OneOrMore,
            AllowMultipleArgumentsPerToken = false,
        };
        ports.Validators.Add(static result =>
        {
            foreach (System.CommandLine.Parsing.Token token in result.Tokens)
            {
                if (!PublishedPort.TryParse(token.Value, out _))
                {
                    result.AddError($"--publish: '{token.Value}' is not {PublishedPort.Expected}");
                }
            }
        });
        Option<string[]> allowed = new("--allow")
        {
            Description = "Let the machine reach a service by TCP, such as db.example.org:5432 or cache=127.0.0.1:6379, and nothing else but its published ports; may be given again",
            HelpName = "[name=]host:port",
            Arity = ArgumentArity.OneOrMore,
            AllowMultipleArgumentsPerToken = false,
        };
        Option<string?> capture = new("--pcap") { Description = "Write the machine's packets to this file, for Wireshark", HelpName = "file" };
        Option<bool> verbose = new("--verbose", "-v") { Description = "Show the kernel's log and the details of the build on standard error" };
        Option<bool> strace = new("--strace") { Description = "Show every system call on standard error" };
        Option<bool> report = new("--report") { Description = "Show at the end, on standard error, which system calls the program made, which failed, and what is missing of them" };
        Option<bool> terminal = new("--tty", "-t") { Description = "The program's streams are a terminal, also where the tool's are not" };
        Option<bool> noTerminal = new("--no-tty") { Description = "The program's streams are pipes, also where the tool's are a terminal" };
        Option<bool> diagnostics = new("--diagnostics") { Description = "Let dotnet-counters, dotnet-trace and their kin of this computer reach the program (default: .NET programs)" };
        Option<bool> noDiagnostics = new("--no-diagnostics") { Description = "Do not let them" };
        Option<string?> core = new("--core") { Description = "Write the program's core to this file when a signal ends it that makes one, such as SIGSEGV; 'mote core' makes one at any time", HelpName = "file" };
        Option<bool> debugger = new("--gdb") { Description = "Wait for gdb before the first instruction and print how to connect" };

        Option<string[]> words = new("--kernel-option") { Description = "A word for the kernel's command line, such as mote.heap=2M; may be given again", HelpName = "word", Arity = ArgumentArity.OneOrMore, AllowMultipleArgumentsPerToken = false };

        Command command = new("run", "Build the image of a program unless it is up to date, boot it, and stream its input and output")
        {
            image.Program, memory, image.Environment, image.WorkingDirectory, image.Added, image.Rules, image.Configuration, image.Framework,
            timeout, stopTimeout, image.StopSignal, accelerator, machine, network, ports, allowed, capture,
            verbose, strace, report, terminal, noTerminal, diagnostics, noDiagnostics, core, debugger, words,
        };
        command.SetAction(parsed => RunCommand.Run(new RunOptions
        {
            Image = image.RequestOf(parsed, programArguments),
            Memory = Value<MemorySize>(parsed, memory, MemorySize.TryParse) ?? MemorySize.FromMebibytes(512),
            Timeout = Value<TimeSpan>(parsed, timeout, DurationText.TryParse),
            StopTimeout = Value<TimeSpan>(parsed, stopTimeout, DurationText.TryParse) ?? TimeSpan.FromSeconds(10),
            Accelerator = Value<Accelerator>(parsed, accelerator, TryParseName) ?? Accelerator.Auto,
            Machine = Value<MachineModel>(parsed, machine, TryParseName) ?? MachineModel.Microvm,
            Network = NetworkOptions.Create(
                parsed.GetValue(network) is string text && NetworkChoice.TryParse(text, out NetworkChoice? choice) ? choice : null,
                PortsOf(parsed.GetValue(ports) ?? []),
                parsed.GetValue(capture),
                parsed.GetValue(allowed)),
            Verbose = parsed.GetValue(verbose),
            Strace = parsed.GetValue(strace),
            Report = parsed.GetValue(report),
            Terminal = parsed.GetValue(noTerminal) ? TerminalUse.Never : parsed.GetValue(terminal) ? TerminalUse.Always : TerminalUse.Auto,
            Diagnostics = parsed.GetValue(noDiagnostics) ? false : parsed.GetValue(diagnostics) ? true : null,
            CorePath = parsed.GetValue(core),
            Debugger = parsed.GetValue(debugger),
            KernelWords = parsed.GetValue(words) ?? [],
        }));
        return command;
    }

    private static List<PublishedPort> PortsOf(string[] texts)
    {
        List<PublishedPort> ports = [];
        foreach (string text in texts)
        {
            if (PublishedPort.TryParse(text, out PublishedPort? port))
            {
                ports.Add(port!);
            }
        }

        return ports;
    }

    private delegate bool TryParse<T>(ReadOnlySpan<char> text, out T value);

    /// <summary>An option whose text is checked when the command line is parsed.</summary>
    private static Option<string?> Checked<T>(string name, string helpName, string description, TryParse<T> parse, string expected)
    {
        Option<string?> option = new(name) { Description = description, HelpName = helpName };
        option.Validators.Add(result =>
        {
            string text = result.Tokens.Count == 0 ? "" : result.Tokens[^1].Value;
            if (!parse(text, out _))
            {
                result.AddError($"{name}: '{text}' is not {expected}");
            }
        });
        return option;
    }

    private static T? Value<T>(ParseResult parsed, Option<string?> option, TryParse<T> parse)
        where T : struct =>
        parsed.GetValue(option) is string text && parse(text, out T value) ? value : null;

    private static bool TryParseName(ReadOnlySpan<char> text, out Accelerator accelerator)
    {
        (bool known, accelerator) = text switch
        {
            "auto" => (true, Accelerator.Auto),
            "kvm" => (true, Accelerator.Kvm),
            "tcg" => (true, Accelerator.Tcg),
            _ => (false, default),
        };
        return known;
    }

    private static bool TryParseName(ReadOnlySpan<char> text, out MachineModel model)
    {
        (bool known, model) = text switch
        {
            "microvm" => (true, MachineModel.Microvm),
            "q35" => (true, MachineModel.Q35),
            _ => (false, default),
        };
        return known;
    }
}
