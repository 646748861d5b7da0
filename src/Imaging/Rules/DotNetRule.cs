using System;
using System.Collections.Generic;
using Mote.Imaging.Inputs;
using Mote.Imaging.Linking;

namespace Mote.Imaging.Rules;

/// <summary>
/// .NET compiled ahead of time (NativeAOT). Such a program opens ICU and OpenSSL by itself when it needs them; neither is added unless asked for, and without ICU the
/// class library runs in its invariant mode.
/// </summary>
internal sealed class DotNetRule : IImageRule
{
    /// <summary>Every NativeAOT program exports it, for debuggers.</summary>
    public const string Symbol = "DotNetRuntimeDebugHeader";

    private const string IcuWhy = "rule dotnet: ICU, opened by the class library for cultures";
    private const string TlsWhy = "rule dotnet: OpenSSL, opened by the class library for cryptography";

    public string Name => "dotnet";

    public string Description => "Starts NativeAOT programs in invariant globalization mode, without ICU.";

    public IReadOnlyList<(string Name, string Description)> Variants { get; } =
    [
        ("icu", "the host's ICU libraries (about 35 MB), and cultures as on the host"),
        ("openssl", "the host's OpenSSL, for TLS and System.Security.Cryptography"),
    ];

    public string? Recognize(LoadedProgram program) => program.Scope.Program.Elf.MentionedNames.Contains(Symbol) ? "the program is .NET compiled ahead of time" : null;

    public void Apply(ImageAssembly assembly, LoadedProgram program, IReadOnlySet<string> variants)
    {
        if (variants.Contains("openssl") && !(program.Scope.TryLoad("libssl.so.3", TlsWhy) || program.Scope.TryLoad("libssl.so.1.1", TlsWhy)))
        {
            throw new ImageException("--rule dotnet:openssl: this host has neither libssl.so.3 nor libssl.so.1.1. Install OpenSSL's libraries (Debian: libssl3).");
        }

        if (!variants.Contains("icu"))
        {
            assembly.Environment["DOTNET_SYSTEM_GLOBALIZATION_INVARIANT"] = "1";
            return;
        }

        if (!TryLoadIcu(assembly.Host, program.Scope))
        {
            throw new ImageException("--rule dotnet:icu: this host has no ICU libraries (libicuuc.so). Install them (Debian: libicu72 or newer).");
        }
    }

    // The class library tries versions from the newest down (pal_icushim.c), so the file name carries the version.
    private static bool TryLoadIcu(HostFiles host, LinkScope scope)
    {
        foreach (string folder in (string[])["/usr/lib/x86_64-linux-gnu", "/usr/lib64", "/usr/lib"])
        {
            foreach (string name in host.IsDirectory(folder) ? host.List(folder) : [])
            {
                const string prefix = "libicuuc.so.";
                if (name.StartsWith(prefix, StringComparison.Ordinal) && !name[prefix.Length..].Contains('.')
                    && scope.TryLoad(name, IcuWhy) && scope.TryLoad("libicui18n.so." + name[prefix.Length..], IcuWhy))
                {
                    return true;
                }
            }
        }

        return false;
    }
}
