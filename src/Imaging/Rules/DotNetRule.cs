using System.Collections.Generic;
using Mote.Imaging.DotNet;
using Mote.Imaging.Tree;

namespace Mote.Imaging.Rules;

/// <summary>
/// .NET: programs for CoreCLR (an apphost beside its assembly, or an assembly for the command dotnet), compiled ahead of time (NativeAOT), or bundled into one file.
/// Finds out which of the framework, ICU, OpenSSL and the time zones they use.
/// </summary>
internal sealed class DotNetRule : IImageRule
{
    /// <summary>Every NativeAOT program exports it, for debuggers.</summary>
    public const string Symbol = "DotNetRuntimeDebugHeader";

    /// <summary>Every program that carries CoreCLR in itself exports it, for debuggers.</summary>
    public const string SingleFileSymbol = "DotNetRuntimeInfo";

    private const string InvariantVariable = "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT";

    public const string RuleName = "dotnet";

    public string Name => RuleName;

    public string Description => "Adds what a .NET program uses of the framework and of the host: assemblies, ICU, OpenSSL, certificates, time zones.";

    public IReadOnlyList<(string Name, string Description)> Variants { get; } =
    [
        ("full", "the whole framework of a program for CoreCLR, not only the assemblies that it refers to or names"),
        ("icu", "the host's ICU libraries (about 35 MB), also where the program does not seem to use them"),
        ("invariant", "no ICU: the program runs in invariant globalization mode"),
        ("openssl", "the host's OpenSSL and certificates, also where the program does not seem to use them"),
        ("zones", "the time zone database, also where the program does not seem to use it"),
    ];

    public string? Recognize(LoadedProgram program)
    {
        if (ClrApplication.Find(program.Scope.Assembly.Host, program) is { } application)
        {
            return $"{application.Name}.dll with its runtimeconfig.json is a .NET program";
        }

        IReadOnlySet<string> names = program.Scope.Program.Elf.MentionedNames;
        return names.Contains(Symbol) ? "the program is .NET compiled ahead of time" : names.Contains(SingleFileSymbol) ? "the program is .NET in a single file" : null;
    }

    public void Apply(ImageAssembly assembly, LoadedProgram program, IReadOnlySet<string> variants)
    {
        assembly.HasDiagnostics = true;
        DotNetNeeds needs;
        if (ClrApplication.Find(assembly.Host, program) is { } application)
        {
            var clr = new ClrParts(assembly, program, application, variants.Contains("full"));
            needs = clr.Add();
            ContainerSettings.Apply(assembly, application.Folder, clr.Frameworks);
        }
        else
        {
            needs = NativeImageNeeds.Of(program.HostReal);
            new NativeProgramFolder(assembly, program).Add();
            ContainerSettings.Apply(assembly, GuestPath.Folder(program.HostReal), []);
        }

        var parts = new DotNetHostParts(assembly, program.Scope);
        if (variants.Contains("invariant"))
        {
            assembly.Environment[InvariantVariable] = "1";
        }
        else if (variants.Contains("icu") || needs.Cultures)
        {
            Complain(assembly, parts.TryAddIcu(), variants.Contains("icu"),
                "no ICU libraries (libicuuc.so), so the program will stop at its start. Install them (Debian: libicu72 or newer), set InvariantGlobalization in the project, or use --rule dotnet:invariant");
        }

        if (variants.Contains("openssl") || needs.Cryptography)
        {
            Complain(assembly, parts.TryAddOpenSsl(), variants.Contains("openssl"), "neither libssl.so.3 nor libssl.so.1.1, so cryptography will fail. Install OpenSSL's libraries (Debian: libssl3)");
        }

        if (needs.Terminals)
        {
            TerminfoRule.AddDescriptions(assembly, "rule dotnet: descriptions of terminals, for the console", all: false);
        }

        if (variants.Contains("zones") || needs.TimeZones)
        {
            Complain(assembly, parts.TryAddZones(), variants.Contains("zones"), "no /usr/share/zoneinfo, so time zones will not be found by name. Install it (Debian: tzdata)");
        }
    }

    // A need that was guessed from the program's contents must not keep a program from starting that may do without.
    private static void Complain(ImageAssembly assembly, bool isThere, bool isAskedFor, string lack)
    {
        if (isThere)
        {
            return;
        }

        string message = $"rule dotnet: this host has {lack}.";
        if (isAskedFor)
        {
            throw new ImageException(message);
        }

        assembly.Progress.Warning(message);
    }
}
