// SPDX-License-Identifier: MIT
using LbEngine.Configuration;

namespace LbEngine.Admin.Doctor.Targets;

/// <summary>Asks what the health check of a pool asks.</summary>
internal static class HealthTarget
{
    public static DoctorTarget Apply(DoctorTarget target, HealthOptions health) => target with
    {
        EndPoint = health.Port is int port ? new(target.EndPoint.Address, port) : target.EndPoint,
        Kind = health.Type switch
        {
            HealthCheckType.Http => ExaminationKind.Http,
            HealthCheckType.Udp => ExaminationKind.Udp,
            _ => ExaminationKind.Tcp,
        },
        Timeout = health.Timeout,
        Header = health.Proxy ?? (health.Port is null ? HealthProxyHeader.Local : HealthProxyHeader.Off),
        Method = health.Method ?? "GET",
        Path = health.Path ?? "/",
        Host = health.Host,
        ExpectStatus = StatusSet.TryParse(health.ExpectStatus ?? "") ?? StatusSet.Default,
        ExpectBody = health.ExpectBody,
        Tls = health.Tls,
        VerifyTls = health.VerifyTls ?? true,
        Send = Payload.Read(health.Send) ?? [],
        Expect = Payload.Read(health.Expect),
    };
}
