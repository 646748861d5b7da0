using System.IO;
using Mote.Imaging.Elf;
using Mote.Imaging.Inputs;

namespace Mote.Imaging.DotNet;

/// <summary>Publishes a .NET project for linux-x64 into the cache, unless nothing has changed since it was last published there.</summary>
internal sealed class ProjectPublisher(ImageCache cache, IBuildProgress progress)
{
    private const string NameFile = "program";

    /// <summary>The folder with the published program, and the program's file name. Everything that the build read is added to <paramref name="inputs"/>.</summary>
    /// <exception cref="ImageException">The project does not build; the message has the compiler's words.</exception>
    public (string Folder, string Program) Publish(string project, InputSet inputs)
    {
        string folder = cache.ProjectFolder(project);
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

        string name = Path.GetFileNameWithoutExtension(project);
        Directory.CreateDirectory(folder);
        File.Delete(nameFile);
        ProjectProperties properties = ProjectProperties.Read(project);
        progress.Step($"Publishing {name} ({(properties.PublishAot ? "NativeAOT" : "CoreCLR")}, Release, linux-x64)");
        if (Directory.Exists(output))
        {
            Directory.Delete(output, recursive: true);
        }

        (int status, _, string all) = DotNetCommand.Run(Path.GetDirectoryName(project)!,
        [
            "publish", project, "-c", "Release", "-r", "linux-x64", "-o", output, "--artifacts-path", Path.Combine(folder, "artifacts"), "--disable-build-servers",
            "-nologo", "-v", "quiet", "-p:GenerateFullPaths=true",

            // The image needs a runtime, and an executable to start it with.
            .. properties.PublishAot ? (string[])[] : ["--self-contained", "true", "-p:UseAppHost=true"],
        ]);
        if (status != 0)
        {
            throw new ImageException($"{project} does not build:\n{BuildOutput.Shorten(all)}");
        }

        CheckProgram(project, output, properties.AssemblyName);
        host.Inputs.Save(ImageCache.InputsFile(folder));
        File.WriteAllText(nameFile, properties.AssemblyName);
        inputs.AddAll(host.Inputs);
        return (output, properties.AssemblyName);
    }

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
