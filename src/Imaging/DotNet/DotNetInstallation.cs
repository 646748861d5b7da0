using System;
using System.Collections.Generic;
using System.IO;
using Mote.Imaging.Inputs;

namespace Mote.Imaging.DotNet;

/// <summary>The host's installed runtime, found as a program's apphost finds it (docs/design/features/host-probing.md of dotnet/runtime).</summary>
/// <param name="Root">The folder with the command dotnet, host/fxr and shared.</param>
/// <param name="RegistrationFile">The file that named the folder, or null.</param>
internal sealed record DotNetInstallation(string Root, string? RegistrationFile)
{
    private static readonly string[] s_registrations = ["/etc/dotnet/install_location_x64", "/etc/dotnet/install_location"];
    private static readonly string[] s_defaults = ["/usr/share/dotnet", "/usr/lib/dotnet"];

    /// <summary>True where a program looks without being told.</summary>
    public bool IsDefault => RegistrationFile is not null || Array.IndexOf(s_defaults, Root) >= 0;

    /// <exception cref="ImageException">None is installed.</exception>
    public static DotNetInstallation Find(HostFiles host, string program)
    {
        if (Environment.GetEnvironmentVariable("DOTNET_ROOT") is { Length: > 0 } chosen && IsInstallation(host, Path.GetFullPath(chosen)))
        {
            return new DotNetInstallation(Path.TrimEndingDirectorySeparator(Path.GetFullPath(chosen)), null);
        }

        foreach (string file in s_registrations)
        {
            if (host.ResolveFile(file) is { } real && File.ReadAllText(real).Trim() is { Length: > 0 } root && IsInstallation(host, root))
            {
                return new DotNetInstallation(root, file);
            }
        }

        foreach (string root in s_defaults)
        {
            if (IsInstallation(host, root))
            {
                return new DotNetInstallation(root, null);
            }
        }

        throw new ImageException($"{program} needs an installed .NET runtime, and this host has none in DOTNET_ROOT, {string.Join(", ", s_defaults)}. Install it, or publish the program with --self-contained.");
    }

    /// <summary>The newest host/fxr folder, which starts everything else.</summary>
    public string HostFxr(HostFiles host) =>
        Newest(host, Root + "/host/fxr", _ => true) ?? throw new ImageException($"There is no host/fxr in {Root}: the .NET runtime there is not complete.");

    /// <summary>The folder of a shared framework that a program gets by its roll-forward policy.</summary>
    /// <exception cref="ImageException">No fitting version is installed.</exception>
    public string Framework(HostFiles host, string name, Version asked, string rollForward)
    {
        string folder = $"{Root}/shared/{name}";
        bool isLatest = rollForward.StartsWith("Latest", StringComparison.OrdinalIgnoreCase);
        bool Fits(Version version) => version >= asked && rollForward.ToUpperInvariant() switch
        {
            "DISABLE" => version == asked,
            "LATESTPATCH" => version.Major == asked.Major && version.Minor == asked.Minor,
            "MAJOR" or "LATESTMAJOR" => true,
            _ => version.Major == asked.Major,
        };
        Version? lowest = null;
        foreach (Version version in Versions(host, folder))
        {
            lowest = Fits(version) && (lowest is null || version < lowest) ? version : lowest;
        }

        // The newest patch of the nearest minor version, or the newest of all.
        return Newest(host, folder, version => Fits(version) && (isLatest || (version.Major == lowest!.Major && version.Minor == lowest.Minor)))
            ?? throw new ImageException($"The program needs {name} {asked}, and no fitting version is installed in {folder} (roll-forward policy: {rollForward}). Install it, or publish the program with --self-contained.");
    }

    private static bool IsInstallation(HostFiles host, string root) => host.IsDirectory(root + "/host/fxr");

    private static string? Newest(HostFiles host, string folder, Predicate<Version> fits)
    {
        Version? newest = null;
        foreach (Version version in Versions(host, folder))
        {
            newest = fits(version) && (newest is null || version > newest) ? version : newest;
        }

        return newest is null ? null : $"{folder}/{newest}";
    }

    private static List<Version> Versions(HostFiles host, string folder)
    {
        var versions = new List<Version>();
        foreach (string name in host.IsDirectory(folder) ? host.List(folder) : [])
        {
            if (Version.TryParse(name, out Version? version))
            {
                versions.Add(version);
            }
        }

        return versions;
    }
}
