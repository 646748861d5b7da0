using System;
using System.IO;
using System.Reflection;
using Mote.Imaging.Inputs;

namespace Mote.Imaging;

/// <summary>Builds machine images.</summary>
public sealed partial class ImageBuilder(IBuildProgress progress)
{
    private static readonly string s_toolVersion =
        typeof(ImageBuilder).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0";

    /// <summary>Builds the image into <paramref name="outputFolder"/>, which is created or, when it is an image already, replaced.</summary>
    /// <exception cref="ImageException">The program cannot become an image; the message is for the user.</exception>
    public MachineImage Build(ImageRequest request, string outputFolder)
    {
        request = RequestCheck.Normalize(request);
        (ProgramLocator.Kind kind, string path) = ProgramLocator.Locate(request.ProgramPath, request.AddedFiles);
        if (kind == ProgramLocator.Kind.Image)
        {
            throw new ImageException($"{request.ProgramPath} is a machine image already. Run it with: mote run {request.ProgramPath}");
        }

        CheckKind(request, kind);
        outputFolder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(outputFolder));
        if (File.Exists(outputFolder) || (Directory.Exists(outputFolder) && Directory.GetFileSystemEntries(outputFolder).Length > 0 && !MachineImage.IsImageFolder(outputFolder)))
        {
            throw new ImageException($"{outputFolder} exists and is not a machine image, so it is not replaced. Choose another folder with -o.");
        }

        using IDisposable? lease = kind == ProgramLocator.Kind.Project ? ImageCache.Default.Lock() : null;
        ImageAssembly assembly = Assemble(request, kind, path, ImageCache.Default, out ImageConfig config);
        return Write(assembly, MachineImage.Start(config, request, keepArguments: false), path, outputFolder, null);
    }

    /// <summary>
    /// The image of a request out of the cache, built when it is missing or when one of its inputs has changed. Arguments and environment do not make a new image
    /// (but LD_LIBRARY_PATH and LD_PRELOAD do, and arguments that name files to run). A request for an image folder opens that folder.
    /// </summary>
    /// <exception cref="ImageException">The program cannot become an image; the message is for the user.</exception>
    public MachineImage BuildCached(ImageRequest request, string cacheRoot)
    {
        request = RequestCheck.Normalize(request);
        (ProgramLocator.Kind kind, string path) = ProgramLocator.Locate(request.ProgramPath, request.AddedFiles);
        CheckKind(request, kind);
        if (kind == ProgramLocator.Kind.Image)
        {
            return MachineImage.OpenForStart(path).With(request);
        }

        bool isFresh = false;
        var cache = new ImageCache(cacheRoot);
        string folder = cache.ImageFolder(request, path);
        if (cache.TryOpen(folder, out string? change) is not { } image)
        {
            progress.Detail(change is null ? "No image yet." : $"Changed since the last build: {change}");
            using var lease = cache.Lock();

            // Another mote may have built it while this one waited.
            image = cache.TryOpen(folder, out _);
            if (image is null)
            {
                ImageAssembly assembly = Assemble(request, kind, path, cache, out ImageConfig config);
                image = Write(assembly, config, path, folder, assembly.Host.Inputs);
                isFresh = true;
            }
        }

        return new MachineImage(image.Folder, MachineImage.Start(image.Config, request, keepArguments: false)) { IsFresh = isFresh };
    }

    private static void CheckKind(ImageRequest request, ProgramLocator.Kind kind)
    {
        if (kind != ProgramLocator.Kind.Project && (request.Configuration ?? request.Framework) is not null)
        {
            throw new ImageException($"{request.ProgramPath} is no .NET project: --configuration and --framework say how one is published.");
        }
    }

    private ImageAssembly Assemble(ImageRequest request, ProgramLocator.Kind kind, string path, ImageCache cache, out ImageConfig config)
    {
        var assembly = new ImageAssembly(progress) { NamedFiles = request.NamedFiles, Added = request.AddedFiles };
        var assembler = new ImageAssembler(assembly, request);
        LoadedProgram program;
        try
        {
            program = kind switch
            {
                ProgramLocator.Kind.Project => assembler.AddProject(path, cache),
                ProgramLocator.Kind.Assembly => assembler.AddAssembly(path),
                _ => assembler.AddExecutable(path),
            };
            assembler.Complete(program);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ImageException($"A file of this host could not be read while the image of {path} was put together: {e.Message}", e);
        }

        config = new ImageConfig
        {
            FormatVersion = ImageConfig.CurrentFormatVersion,
            ToolVersion = s_toolVersion,
            EntryPoint = program.EntryPoint,
            Arguments = program.Arguments,
            FixedArguments = program.Arguments.Count,
            Environment = assembly.Environment,
            WorkingDirectory = request.WorkingDirectory ?? assembly.WorkingDirectory ?? "/",
            RootImageBytes = 0,
            HasDiagnostics = assembly.HasDiagnostics,
        };
        return assembly;
    }

    // Into a folder beside the final one, so that an interrupted build never leaves half an image under the final name.
    private MachineImage Write(ImageAssembly assembly, ImageConfig config, string program, string folder, InputSet? inputs)
    {
        progress.Step("Writing the image");
        string partial = $"{folder}.partial-{Environment.ProcessId}";
        try
        {
            PrivateFolder.Create(partial);
            config = ImageFolder.Write(partial, assembly, config, program);
            inputs?.Save(ImageCache.InputsFile(partial));
            if (Directory.Exists(folder))
            {
                Directory.Delete(folder, recursive: true);
            }

            Directory.Move(partial, folder);
            return new MachineImage(folder, config);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ImageException($"The image cannot be written to {folder}: {e.Message}", e);
        }
        finally
        {
            if (Directory.Exists(partial))
            {
                Directory.Delete(partial, recursive: true);
            }
        }
    }
}
