import type { ContainerImage } from '../../lab/lab.ts'
import { busyboxLayer } from './busybox.ts'

/** Standalone, as the one server of the testbed; the four-letter words are those that its readiness is asked with. */
const configuration = `tickTime=2000
dataDir=/var/lib/zookeeper
clientPort=2181
admin.enableServer=false
4lw.commands.whitelist=ruok,srvr,stat,mntr
`

/** What the server loads of /usr/share/java; the rest of the closure (Jetty, Tomcat, Spring, …) serves its administration page, which is off. */
const jars = [
  'zookeeper',
  'zookeeper-jute',
  'slf4j-api',
  'slf4j-log4j12',
  'log4j-1.2',
  'metrics-core',
  'snappy-java',
  'commons-cli',
  'commons-io',
  ...['buffer', 'codec', 'common', 'handler', 'resolver', 'transport', 'transport-native-unix-common'].map((part) => `netty-${part}`),
]

/** Parts of the Java runtime and its dependencies for graphics, sound, printing and smart cards; maintainers' tools. tar patterns. */
const unusedByServer = [
  './usr/share/{ca-certificates,doc,fonts,fontconfig,maven-repo,perl5,bash-completion,debconf,mime,xml}',
  './usr/lib/{eclipse,ssl,systemd,udev,mime}',
  './usr/lib/jvm/*/{legal,man}',
  './usr/lib/jvm/*/lib/{ct.sym,psfontj2d.properties}',
  './usr/lib/jvm/*/lib/server/classes_nocoops.jsa',
  './usr/lib/jvm/*/lib/lib{awt,awt_headless,fontmanager,freetype,javajpeg,jsound,jsvml,lcms,mlib_image,j2pcsc}.so',
  './usr/lib/*/{avahi,engines-3,gconv,gio,krb5,nss,ossl-modules,perl-base,libc_malloc_debug*}',
  ...[
    'anl apr asound audit avahi blkid brotli cap com_err crypt cups dbus debconf drop_ambient expat ffi fontconfig freebl freetype gcrypt gio glib',
    'gmodule gmp gnutls gobject gpg graphite gssapi gthread harfbuzz hogweed idn jpeg k5 keyutils krb lcms lz4 lzma mount mvec nettle nspr nss3',
    'nssckbi nssdbm nssutil p11 pam pcre pcs plc plds png psx selinux smartcols smime softokn sqlite ssl systemd tasn1 tcnative tic udev unistring uuid zstd',
  ].flatMap((names) => names.split(' ').map((name) => `./usr/lib/*/lib${name}*`)),
  './usr/sbin/*',
  './etc/{fonts,ssl,pam.d,security,init.d,default,cron.d}',
  './usr/share/java/{asm,atinject,build,commons-logging,dsn,eclipse,el-api,error,findbugs,gimap,guava,hamcrest,jackson,java_,javax,jaxb,jcl,jctools}*',
  './usr/share/java/{jetty9,jffi,jnr,jsp,jsr305,jul,junit,log4j-over,mailapi,metrics-[a-bd-z],netty-all,netty-tcnative,servlet,spring3,taglibs}*',
  './usr/share/java/{slf4j-jcl,slf4j-jdk14,slf4j-migrator,slf4j-nop,slf4j-simple,tomcat9,websocket,zookeeper-contrib,zookeeper-it,zookeeper-recipes}*',
].flatMap(expandBraces)

// SerialGC and the first compiler alone: a quick start and a small heap matter here, throughput does not.
const script = `#!/bin/sh
exec /usr/lib/jvm/default-java/bin/java -Xmx128m -Xshare:auto -XX:+UseSerialGC -XX:TieredStopAtLevel=1 \\
  -Djava.awt.headless=true -Dzookeeper.jmx.log4j.disable=true -Dlog4j.configuration=file:/opt/zookeeper/conf/log4j.properties \\
  -cp ${jars.map((name) => `/usr/share/java/${name}.jar`).join(':')} org.apache.zookeeper.server.quorum.QuorumPeerMain /opt/zookeeper/conf/zoo.cfg
`

const logging = `log4j.rootLogger=INFO, console
log4j.appender.console=org.apache.log4j.ConsoleAppender
log4j.appender.console.layout=org.apache.log4j.PatternLayout
log4j.appender.console.layout.ConversionPattern=%d{ISO8601} [%t] %p %c{1} - %m%n
`

/** The distribution's ZooKeeper under the name of the image that Titus's documentation uses. */
export const zookeeperImage: ContainerImage = {
  names: ['jplock/zookeeper:3.4.10'],
  layers: [
    busyboxLayer,
    { packages: ['default-jre-headless'], exclude: unusedByServer },
    {
      packages: ['libzookeeper-java'],
      exclude: unusedByServer,
      files: {
        'opt/zookeeper/conf/zoo.cfg': { text: configuration },
        'opt/zookeeper/conf/log4j.properties': { text: logging },
        'opt/zookeeper/bin/zkServer.sh': { text: script, mode: 0o755 },
        'var/lib/zookeeper/.keep': { text: '' },
      },
    },
  ],
  config: {
    Entrypoint: ['/opt/zookeeper/bin/zkServer.sh'],
    Cmd: ['start-foreground'],
    WorkingDir: '/opt/zookeeper',
    ExposedPorts: { '2181/tcp': {}, '2888/tcp': {}, '3888/tcp': {} },
    Labels: { 'titus-bed.stand-in-for': 'jplock/zookeeper' },
  },
}

/** `a/{b,c}` -> `a/b`, `a/c`: tar's patterns have no braces. */
function expandBraces(pattern: string): readonly string[] {
  const [, before, names, after] = /^([^{]*)\{([^}]*)\}(.*)$/.exec(pattern) ?? []
  return names === undefined ? [pattern] : names.split(',').map((name) => `${before}${name}${after}`)
}
