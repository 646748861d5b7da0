using System;
using System.Collections.Generic;

namespace Mote.Imaging.DotNet;

/// <summary>
/// What Microsoft's container images of .NET set (dotnet/dotnet-docker: runtime-deps, runtime, aspnet), which programs are written for: the port, the variables by which a
/// program knows where it is, and the program's own folder as working directory, where ASP.NET Core looks for settings, pages and static files (its content root).
/// </summary>
internal static class ContainerSettings
{
    // Folders of the system: a program there was not made to find its files beside itself.
    private static readonly string[] s_system = ["/", "/bin", "/sbin", "/usr/bin", "/usr/sbin", "/usr/local/bin", "/usr/local/sbin"];

    private static readonly (string Framework, string Variable)[] s_versions = [("Microsoft.NETCore.App", "DOTNET_VERSION"), ("Microsoft.AspNetCore.App", "ASPNET_VERSION")];

    /// <param name="assembly">The image.</param>
    /// <param name="hostFolder">The program's folder on the host.</param>
    /// <param name="frameworks">What it runs on; none for a compiled program.</param>
    public static void Apply(ImageAssembly assembly, string hostFolder, IReadOnlyList<(string Name, string Version)> frameworks)
    {
        assembly.Environment.TryAdd("ASPNETCORE_HTTP_PORTS", "8080");
        assembly.Environment.TryAdd("DOTNET_RUNNING_IN_CONTAINER", "true");
        foreach ((string name, string version) in frameworks)
        {
            if (Array.Find(s_versions, entry => entry.Framework == name).Variable is { } variable)
            {
                assembly.Environment.TryAdd(variable, version);
            }
        }

        if (Array.IndexOf(s_system, hostFolder) < 0)
        {
            assembly.WorkingDirectory ??= assembly.Layout.Map(hostFolder);
        }
    }
}
