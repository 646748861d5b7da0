using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Mote.Imaging.Elf;
using Mote.Imaging.Inputs;

namespace Mote.Imaging.DotNet;

/// <summary>Publishes a .NET project for linux-x64 into the cache, unless nothing has changed since it was last published there.</summary>
/// <param name="cache">Where it is published to.</param>
/// <param name="progress">Hears of it.</param>
/// <param name="configuration">As asked for; null is Release.</param>
/// <param name="framework">As asked for; null is the project's only one.</param>
internal sealed class ProjectPublisher(ImageCache cache, IBuildProgress progress, string? configuration, string? framework)
{
    private const string NameFile = "program";

    private readonly string _configuration = configuration ?? "Release";

    /// <summary>The folder with the published program, and the program's file name. Everything that the build read is added to <paramref name="inputs"/>.</summary>
    /// <exception cref="ImageException">The project does not build; the message has the compiler's words.</exception>
    public (string Folder, string Program) Publish(string project, InputSet inputs)
    {
        string folder = cache.ProjectFolder(project, configuration, framework);
        string output = Path.Combine(folder, "publish");
        string nameFile = Path.Combine(folder, NameFile);

        // Looked at before the build: a file that changes while it runs is noticed next time.
        var host = new HostFiles();
        new ProjectSources(host).Collect(project);
        if (File.Exists(nameFile) && InputSet.FindChange(ImageCache.InputsFile(folder)) is null)
        {
            string known = File.ReadAllText(nameFile);
            if (File.Exists(Path.Combine(output, known)))
            {
                inputs.AddAll(host.Inputs);
                return (output, known);
            }
        }

        Directory.CreateDirectory(folder);
        File.Delete(nameFile);
        string name = Publish(project, folder, output);
        CheckProgram(project, output, name);
        host.Inputs.Save(ImageCache.InputsFile(folder));
        File.WriteAllText(nameFile, name);
        inputs.AddAll(host.Inputs);
        return (output, name);
    }

    private string Publish(string project, string folder, string output)
    {
        ProjectProperties properties = ProjectProperties.Read(project, _configuration, framework);
        string target = properties.IsFrameworkChosen ? $"{properties.TargetFramework}, " : "";
        progress.Step($"Publishing {Path.GetFileNameWithoutExtension(project)} ({(properties.PublishAot ? "NativeAOT" : "CoreCLR")}, {target}{_configuration}, linux-x64)");
        if (UnknownConfiguration(project, properties.Configurations) is { } unknown)
        {
            progress.Warning(unknown);
        }

        if (LaunchProfiles.Ignored(project) is { } ignored)
        {
            progress.Warning(ignored);
        }

        if (Directory.Exists(output))
        {
            Directory.Delete(output, recursive: true);
        }

        (int status, _, string all) = DotNetCommand.Run(Path.GetDirectoryName(project)!,
        [
            "publish", project, "-c", _configuration, "-r", "linux-x64", "-o", output, "--artifacts-path", Path.Combine(folder, "artifacts"), "--disable-build-servers",
            "-nologo", "-v", "quiet", "-p:GenerateFullPaths=true",
            .. properties.IsFrameworkChosen ? (string[])["-f", properties.TargetFramework] : [],

            // The image needs a runtime, and an executable to start it with.
            .. properties.PublishAot ? (string[])[] : ["--self-contained", "true", "-p:UseAppHost=true"],
        ]);
        return status == 0 ? properties.AssemblyName : throw new ImageException($"{project} does not build:\n{BuildOutput.Shorten(all)}");
    }

    // A word that is misspelt builds all the same, without optimization.
    private string? UnknownConfiguration(string project, IReadOnlyList<string> known) =>
        known.Count == 0 || known.Contains(_configuration, StringComparer.OrdinalIgnoreCase) ? null
            : $"{project} names the configurations {string.Join(", ", known)}. {_configuration} is none of them: only what the project says for it makes it optimized.";

    private static void CheckProgram(string project, string output, string name)
    {
        string program = Path.Combine(output, name);
        if (!File.Exists(program))
        {
            throw new ImageException($"{project} was published, but there is no program {name} among the published files in {output}.");
        }

        using FileStream file = HostFiles.Open(program);
        ElfReader.Read(file, program);
    }
}
