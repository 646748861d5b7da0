using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;

namespace Mote.Tests.Architecture;

/// <summary>The assemblies whose code is linked into the kernel.</summary>
internal static class KernelImage
{
    /// <summary>The kernel's own, beside the tests.</summary>
    public static IEnumerable<string> Assemblies => Directory.EnumerateFiles(AppContext.BaseDirectory, "Mote.*.dll").Where(IsInImage);

    /// <summary>The class library that is compiled into the kernel, and the assemblies beside the tests.</summary>
    public static IEnumerable<string> LibraryFolders
    {
        get
        {
            string packages = Environment.GetEnvironmentVariable("NUGET_PACKAGES") ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
            string pack = Path.Combine(packages, "microsoft.netcore.app.runtime.nativeaot.linux-x64", Repository.IlcVersion, "runtimes", "linux-x64");
            return [AppContext.BaseDirectory, Path.Combine(pack, "native"), Path.Combine(pack, "lib", "net10.0")];
        }
    }

    private static bool IsInImage(string path) =>
        Path.GetFileNameWithoutExtension(path) is string name && (name == "Mote.Machine" || Repository.IsBehindTheWall(name));
}
