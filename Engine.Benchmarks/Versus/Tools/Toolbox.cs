// SPDX-License-Identifier: MIT
using LbEngine.Benchmarks.Udp;

namespace LbEngine.Benchmarks.Versus.Tools;

/// <summary>Where the peers and the load tools are, and the package of each.</summary>
internal sealed class Toolbox
{
    private static readonly (string Name, string Package)[] Packages =
    [
        ("taskset", "util-linux"),
        ("haproxy", "haproxy"),
        ("nginx", "nginx"),
        ("wrk", "wrk"),
        ("iperf3", "iperf3"),
        ("sockperf", "sockperf"),
        ("strace", "strace"),
    ];

    private static readonly string[] ModulePaths =
        ["/usr/lib/nginx/modules/ngx_stream_module.so", "/usr/lib64/nginx/modules/ngx_stream_module.so", "/usr/share/nginx/modules/ngx_stream_module.so"];

    private const string CompilerName = "cc";

    private readonly Dictionary<string, string?> _paths;
    private readonly bool _needsCompiler;

    /// <param name="settings"><c>--haproxy</c>, <c>--nginx</c>, ... name other paths than those of the system; <c>--nginx-stream-module none</c> is
    /// for an nginx that has it built in. <c>--bare</c> asks for a C compiler.</param>
    public Toolbox(CommandSettings settings)
    {
        _paths = Packages.ToDictionary(tool => tool.Name, tool => settings.Switch(tool.Name) ? Existing(settings.Text(tool.Name)) : FindInPath(tool.Name));
        _needsCompiler = settings.Switch("bare");
        Compiler = _needsCompiler ? FindInPath(CompilerName) : null;
        StreamModule = settings.Switch("nginx-stream-module") ? settings.Text("nginx-stream-module") : ModulePaths.FirstOrDefault(File.Exists);
    }

    /// <summary>The module that lets nginx relay streams; "none" where it is built in, null where it is missing.</summary>
    public string? StreamModule { get; }

    /// <summary>What compiles the bare relay; null where it was not asked for, or is missing.</summary>
    public string? Compiler { get; }

    /// <summary>One line for each missing tool.</summary>
    public IEnumerable<string> Missing => Packages
        .Where(tool => _paths[tool.Name] is null)
        .Select(tool => $"{tool.Name} is missing; it is in the package {tool.Package}.")
        .Concat(StreamModule is null ? ["nginx's stream module is missing; it is in the package libnginx-mod-stream."] : [])
        .Concat(LacksCompiler ? [$"{CompilerName} is missing; it is in the packages gcc and libc6-dev."] : []);

    /// <summary>What installs everything that is missing on Debian.</summary>
    public string InstallLine => "apt-get install -y " + string.Join(' ', Packages
        .Where(tool => _paths[tool.Name] is null)
        .Select(tool => tool.Package)
        .Concat(StreamModule is null ? ["libnginx-mod-stream"] : [])
        .Concat(LacksCompiler ? ["gcc", "libc6-dev"] : [])
        .Distinct());

    private bool LacksCompiler => _needsCompiler && Compiler is null;

    /// <summary>The path of a tool; call it only when nothing is missing.</summary>
    public string this[string name] => _paths[name] ?? throw new InvalidOperationException($"{name} is missing.");

    /// <summary>Name and version of everything, one line each.</summary>
    public IEnumerable<string> DescribeVersions()
    {
        (string Name, string Argument)[] questions =
        [
            ("haproxy", "-v"),
            ("nginx", "-v"),
            ("wrk", "-v"),
            ("iperf3", "--version"),
            ("sockperf", "--version"),
            ("strace", "--version"),
        ];
        foreach ((string name, string argument) in questions)
        {
            string[] lines = ToolRun.Run(this[name], [argument]).Text
                .Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
            yield return lines.FirstOrDefault() ?? name;
        }
    }

    private static string? Existing(string path) => File.Exists(path) ? path : throw new ArgumentException($"There is no file {path}.");

    private static string? FindInPath(string name) => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':')
        .Concat(["/usr/sbin", "/usr/local/sbin", "/sbin"])
        .Select(directory => Path.Combine(directory, name))
        .FirstOrDefault(File.Exists);
}
