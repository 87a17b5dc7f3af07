// SPDX-License-Identifier: MIT
namespace LbEngine.Admin.Doctor;

/// <summary>What the command line asks for beyond the configuration; null for what it leaves to it.</summary>
internal sealed record DoctorRequest
{
    public int? Port { get; init; }

    /// <summary>A path to ask for: makes it an HTTP examination.</summary>
    public string? HttpPath { get; init; }

    public string? Host { get; init; }

    public StatusSet? ExpectStatus { get; init; }

    public bool Tls { get; init; }

    public byte[]? Send { get; init; }

    public byte[]? Expect { get; init; }

    public TimeSpan? Timeout { get; init; }

    /// <summary>The target as the command line wants it.</summary>
    public DoctorTarget Apply(DoctorTarget target)
    {
        bool isUdp = target.Kind == ExaminationKind.Udp;
        return target with
        {
            EndPoint = Port is int port ? new(target.EndPoint.Address, port) : target.EndPoint,
            Kind = HttpPath is not null ? ExaminationKind.Http : target.Kind,
            Path = HttpPath ?? target.Path,
            Host = Host ?? target.Host,
            ExpectStatus = ExpectStatus ?? target.ExpectStatus,
            Tls = !isUdp && (Tls || target.Tls),
            Send = Send ?? target.Send,
            Expect = Expect ?? target.Expect,
            Timeout = Timeout ?? target.Timeout,
        };
    }
}
