using System.IO;
using Mote.Imaging.Inputs;
using Mote.Imaging.Tree;

namespace Mote.Imaging.DotNet;

/// <summary>A .NET program that runs on CoreCLR: an assembly with the files that say how it is started.</summary>
/// <param name="Folder">The host folder that everything of the program lies in.</param>
/// <param name="Name">The assembly's name without .dll.</param>
internal sealed record ClrApplication(string Folder, string Name)
{
    public string Assembly => $"{Folder}/{Name}.dll";

    public string ConfigFile => $"{Folder}/{Name}.runtimeconfig.json";

    public string DependencyFile => $"{Folder}/{Name}.deps.json";

    /// <summary>The application that an executable starts, or null when it is none of .NET's. An apphost is named for its assembly, which lies beside it.</summary>
    public static ClrApplication? Find(HostFiles host, LoadedProgram program)
    {
        string start = program.ManagedAssembly is { } assembly ? Path.ChangeExtension(assembly, null) : program.HostReal;
        var application = new ClrApplication(GuestPath.Folder(start), GuestPath.Name(start));
        return host.IsFile(application.Assembly) && host.IsFile(application.ConfigFile) ? application : null;
    }

    /// <summary>The real path of an assembly that the command dotnet can start.</summary>
    /// <exception cref="ImageException">It is not such an assembly.</exception>
    public static string CheckStartable(HostFiles host, string path)
    {
        string real = host.ResolveFile(path) ?? throw new ImageException($"There is no file {path}.");
        string name = Path.ChangeExtension(real, null);
        string config = name + ".runtimeconfig.json";
        if (!host.IsFile(config))
        {
            throw new ImageException($"{path} cannot be started: there is no {GuestPath.Name(config)} beside it, so it is a library and not a program.");
        }

        if (RuntimeConfig.Read(config).IsSelfContained)
        {
            throw new ImageException($"{path} was published with its own runtime. Run {(host.IsFile(name) ? name : "the executable beside it")} instead.");
        }

        return real;
    }
}
