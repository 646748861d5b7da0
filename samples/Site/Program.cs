WebApplicationBuilder builder = WebApplication.CreateBuilder(args);
WebApplication app = builder.Build();
app.MapStaticAssets();
app.MapGet("/setting", (IConfiguration settings) => settings["Site:Greeting"]);
app.MapGet("/folders", (IWebHostEnvironment site) => $"{site.ContentRootPath} {site.WebRootPath} {site.EnvironmentName}");
app.MapGet("/container", () =>
    string.Join(' ', new[] { "ASPNETCORE_HTTP_PORTS", "DOTNET_RUNNING_IN_CONTAINER", "DOTNET_VERSION", "ASPNET_VERSION" }.Select(Environment.GetEnvironmentVariable)));
app.Run();
