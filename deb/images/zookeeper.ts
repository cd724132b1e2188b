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

/** What the Java runtime needs for graphics, sound, printing and smart cards, and for its installation. */
const unusedByJava = `
  ca-certificates-java java-common libasound2 libcups2 libfontconfig1 libfreetype6 libharfbuzz0b libjpeg62-turbo liblcms2-2 libnss3 libpcsclite1
  util-linux`

/** What ZooKeeper needs for its administration page, which is off, for TLS and for its tests. */
const unusedByZookeeper = `
  junit4 libfindbugs-annotations-java libguava-java libjackson2-annotations-java libjackson2-core-java libjackson2-databind-java
  libjctools-java libjetty9-extra-java libjetty9-java libnetty-tcnative-java`

/** Parts of the packages that the server has no use for, by their folder. tar patterns. */
const unusedParts: Readonly<Record<string, string>> = {
  './usr/share': 'doc maven-repo perl5 bash-completion debconf',
  './usr/lib': 'systemd',
  './usr/lib/*': 'gconv perl-base libc_malloc_debug*',
  './usr/lib/jvm/*': 'legal man lib/ct.sym lib/psfontj2d.properties lib/server/classes_nocoops.jsa',
  './usr/lib/jvm/*/lib':
    'libawt.so libawt_headless.so libfontmanager.so libfreetype.so libjavajpeg.so libjsound.so libjsvml.so liblcms.so libmlib_image.so libj2pcsc.so',
  './usr/share/java':
    'jcl* log4j-over* metrics-[a-bd-z]* netty-all* slf4j-jcl* slf4j-jdk14* slf4j-migrator* slf4j-nop* slf4j-simple* zookeeper-[cir]*',
  './usr': 'sbin/*',
  './etc': 'security init.d default cron.d',
}
const unusedByServer = Object.entries(unusedParts).flatMap(([folder, names]) => names.split(' ').map((name) => `${folder}/${name}`))

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
    { packages: ['default-jre-headless'], without: unusedByJava.trim().split(/\s+/), exclude: unusedByServer },
    {
      packages: ['libzookeeper-java'],
      without: unusedByZookeeper.trim().split(/\s+/),
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
